import {
  appendFileSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../lib/errors.ts';
import { RunId } from '../lib/failure/failure.ts';
import { RunnerCommand, SignedEnvelope } from '../lib/recovery/command.ts';
import { RunPlan } from '../lib/recovery/run.ts';

const Time = z.iso.datetime();

/** How far an execution is. Each is on disk before what follows it begins, so a killed runner knows where it was. */
const Milestone = z.enum(['go', 'saved', 'restored', 'undoing']);
export type Milestone = z.infer<typeof Milestone>;

export const JournalEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('offered'), at: Time, offer: RunnerCommand }),
  z.object({ kind: z.literal('planned'), at: Time, nonce: z.string(), preview: RunPlan, plan: z.unknown() }),
  z.object({ kind: z.literal('reached'), at: Time, milestone: Milestone, detail: z.string().optional() }),
  /** A child process, which a killed runner would leave behind. */
  z.object({ kind: z.literal('child'), pid: z.int(), birth: z.string() }),
  /** A report is kept before it is sent, and sent again until `sent` stands too. */
  z.object({ kind: z.literal('report'), sequence: z.int(), report: z.string(), envelope: SignedEnvelope }),
  z.object({ kind: z.literal('sent'), sequence: z.int() }),
  /** A number given to a report that is not kept (a heartbeat). */
  z.object({ kind: z.literal('numbered'), sequence: z.int() }),
  z.object({ kind: z.literal('ended'), at: Time, how: z.enum(['refused', 'cancelled', 'done']) }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;
type Kept<K extends JournalEntry['kind']> = Extract<JournalEntry, { kind: K }>;

export interface RunJournal {
  runId: RunId;
  /** On disk when it returns. */
  write(entry: JournalEntry): void;
  find<K extends JournalEntry['kind']>(kind: K): Kept<K> | undefined;
  reached(milestone: Milestone): Kept<'reached'> | undefined;
  children(): Kept<'child'>[];
  reports(): Kept<'report'>[];
  nextSequence(): number;
  unsent(): Kept<'report'>[];
}

export interface Journal {
  find(runId: RunId): RunJournal | undefined;
  begin(runId: RunId): RunJournal;
  all(): RunJournal[];
  /** Forgets what needs no more work once it is this old: runs that ended with all reports sent, and plans never released. */
  prune(olderThanMs: number, now: Date): void;
}

/** The runner's notebook: one file a run, one line an entry. */
export function openJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const runs = new Map<string, RunJournal>();
  const fileOf = (runId: RunId) => join(folder, `${runId}.jsonl`);
  for (const file of readdirSync(folder)) {
    const runId = RunId.safeParse(file.replace(/\.jsonl$/, ''));
    if (runId.success && file.endsWith('.jsonl')) runs.set(runId.data, openRun(fileOf(runId.data), runId.data));
  }
  return {
    find: (runId) => runs.get(runId),
    begin(runId) {
      const run = runs.get(runId) ?? openRun(fileOf(runId), runId);
      runs.set(runId, run);
      return run;
    },
    all: () => [...runs.values()],
    prune(olderThanMs, now) {
      for (const run of runs.values()) {
        const isDone = run.find('ended') ? run.unsent().length === 0 : !run.reached('go');
        const file = fileOf(run.runId);
        if (!isDone || now.getTime() - statSync(file).mtimeMs < olderThanMs) continue;
        runs.delete(run.runId);
        rmSync(file);
      }
    },
  };
}

function openRun(file: string, runId: RunId): RunJournal {
  const entries = readEntries(file);
  const every = <K extends JournalEntry['kind']>(kind: K) =>
    entries.filter((entry): entry is Kept<K> => entry.kind === kind);
  return {
    runId,
    write(entry) {
      appendDurably(file, `${JSON.stringify(entry)}\n`);
      entries.push(entry);
    },
    find: (kind) => every(kind)[0],
    reached: (milestone) => every('reached').find((entry) => entry.milestone === milestone),
    children: () => every('child'),
    reports: () => every('report'),
    nextSequence: () => 1 + Math.max(0, ...entries.map((entry) => ('sequence' in entry ? entry.sequence : 0))),
    unsent() {
      const sent = new Set(every('sent').map(({ sequence }) => sequence));
      return every('report').filter(({ sequence }) => !sent.has(sequence));
    },
  };
}

/** A last line that a crash cut off was never acted on: it is taken away, so that the next one stands alone. */
function readEntries(file: string): JournalEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
  const lines = whole.split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JournalEntry.parse(JSON.parse(line));
    } catch {
      throw new ConfigurationError(
        `${file}: line ${index + 1} cannot be read. It is from a newer runner or was changed; move the file away to go on without it.`,
      );
    }
  });
}

function appendDurably(file: string, line: string): void {
  const descriptor = openSync(file, 'a', 0o600);
  try {
    appendFileSync(descriptor, line);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
