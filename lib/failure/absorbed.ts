import { z } from 'zod';
import { Level } from '../signal/signal.ts';
import { Actor, FailureId, Fingerprint } from './ids.ts';

/** As many others can be merged into one failure, and be kept apart from it. */
export const mostAbsorbed = 20;

/** A card adds up so many counts, with one read each. */
export const mostGroups = 50;

/** A failure that turned out to be this one: what its groups count is counted here. */
export const Absorbed = z.object({
  failureId: FailureId,
  title: z.string(),
  /** Its own group, and those of what had been merged into it before. */
  groups: z
    .array(z.object({ failureId: FailureId, fingerprint: Fingerprint }))
    .min(1)
    .max(mostGroups),
  /** The level of the failure that took it in, where that was raised to this one's. */
  raised: z.object({ from: Level, to: Level }).exactOptional(),
  by: Actor,
  at: z.iso.datetime(),
});
export type Absorbed = z.infer<typeof Absorbed>;

/** The level that a failure has only from what was merged into it, and that nobody has changed since. */
export function levelFrom(
  { level, absorbed = [] }: { level: Level; absorbed?: readonly Absorbed[] | undefined },
  part: FailureId,
): { from: Level; to: Level } | undefined {
  const raised = absorbed.find(({ failureId }) => failureId === part)?.raised;
  return raised?.to === level ? raised : undefined;
}
