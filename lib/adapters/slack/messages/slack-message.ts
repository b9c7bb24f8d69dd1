import { z } from 'zod';

/** The part of somebody's message that is read, as a shortcut's payload carries it. */
export const SlackMessage = z.object({
  ts: z.string().max(40),
  thread_ts: z.string().max(40).optional(),
  subtype: z.string().optional(),
  user: z.string().optional(),
  /** Of a person's message absent. */
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  username: z.string().optional(),
  bot_profile: z.object({ name: z.string().optional(), app_id: z.string().optional() }).nullish(),
  text: z.string().nullish(),
  blocks: z.array(z.unknown()).nullish(),
  attachments: z.array(z.record(z.string(), z.unknown())).nullish(),
  /** Of our own messages: the token that names them. */
  metadata: z
    .object({ event_payload: z.object({ token: z.string() }) })
    .optional()
    .catch(undefined),
  files: z.array(z.object({ name: z.string().nullish(), title: z.string().nullish() })).nullish(),
});
export type SlackMessage = z.infer<typeof SlackMessage>;

/** Which app posted it; of a person's message undefined. */
export function appOf({ app_id, bot_profile }: SlackMessage): string | undefined {
  return app_id ?? bot_profile?.app_id;
}

/** Its thread goes on, but its words are gone. */
export function isDeleted({ subtype }: SlackMessage): boolean {
  return subtype === 'tombstone';
}
