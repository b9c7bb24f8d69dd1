import { z } from 'zod';
import { RunnerCommand, SignedEnvelope } from '../lib/recovery/command.ts';
import { RunPlan } from '../lib/recovery/run.ts';

const Time = z.iso.datetime();

/** How far an execution is. Each is on disk before what follows it begins, so a killed runner knows where it was. */
const Milestone = z.enum(['go', 'begun', 'saved', 'restored', 'applied', 'undoing']);
export type Milestone = z.infer<typeof Milestone>;

/** What the runner's notebook holds of a run, a line each. */
export const JournalEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('offered'), at: Time, offer: RunnerCommand }),
  /** Made again when the world had changed by the time of `go`: the newest counts, and what was reached before it does not. */
  z.object({
    kind: z.literal('planned'),
    at: Time,
    nonce: z.string(),
    preview: RunPlan,
    plan: z.unknown(),
    places: z.array(z.string()).optional(),
  }),
  z.object({ kind: z.literal('reached'), at: Time, milestone: Milestone, detail: z.string().optional() }),
  /** A child process, which a killed runner would leave behind. */
  z.object({ kind: z.literal('child'), pid: z.int(), birth: z.string() }),
  /** It ended by itself: what it left running was left on purpose. */
  z.object({ kind: z.literal('childEnded'), pid: z.int(), birth: z.string() }),
  /** What a recovery must know when it goes on: what was there before, how far it is. */
  z.object({ kind: z.literal('note'), at: Time, name: z.string(), value: z.unknown() }),
  /** A report is kept before it is sent, and sent again until `sent` stands too. */
  z.object({ kind: z.literal('report'), sequence: z.int(), report: z.string(), envelope: SignedEnvelope }),
  z.object({ kind: z.literal('sent'), sequence: z.int() }),
  /** A number given to a report that is not kept (a heartbeat). */
  z.object({ kind: z.literal('numbered'), sequence: z.int() }),
  z.object({ kind: z.literal('ended'), at: Time, how: z.enum(['refused', 'cancelled', 'done']) }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;
/** An entry of one kind. */
export type Kept<K extends JournalEntry['kind']> = Extract<JournalEntry, { kind: K }>;
