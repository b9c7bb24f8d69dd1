import { z } from 'zod';

/** The part of every interaction that says whose it is. */
export const Sender = z.object({
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  team: z.object({ id: z.string() }).nullish(),
});
export type Sender = z.infer<typeof Sender>;

/** In a shared channel people of another workspace see the buttons, too; they may not press them. */
export function isFromAnotherWorkspace({ user, team }: Sender): boolean {
  return Boolean(team && user.team_id && user.team_id !== team.id);
}
