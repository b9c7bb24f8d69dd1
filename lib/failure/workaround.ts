import { z } from 'zod';
import { Actor, RunId } from './ids.ts';

const Time = z.iso.datetime();

/** A temporary way around it: debt, with a date on which it is to be gone. */
export const Workaround = z.object({
  text: z.string().min(1).max(1000),
  /** What was the plan before. */
  original: z.string().max(1000).optional(),
  /** The action of the host's runner.yml that applied it; without one it was only recorded. */
  action: z.string().max(64).optional(),
  runId: RunId.optional(),
  by: Actor,
  at: Time,
  owner: Actor.optional(),
  removeBy: Time,
  /** How often its end was put off; the third time needs an approver. */
  renewals: z.int().min(0).default(0),
  /** This run put files back since: nobody has said whether the workaround still stands. */
  mayBeGone: RunId.optional(),
  /** The technical-debt item that asks for its removal. */
  workItemId: z.string(),
});
export type Workaround = z.infer<typeof Workaround>;
