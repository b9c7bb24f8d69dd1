import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RunId } from '../lib/failure/ids.ts';
import { appendLine, syncFolder } from './durable-file.ts';
import { JournalEntry, type Kept, type Milestone } from './journal-entry.ts';

export interface RunJournal {
  runId: RunId;
  /** On disk when it returns. */
  write(entry: JournalEntry): void;
  /** The newest of its kind. */
  find<K extends JournalEntry['kind']>(kind: K): Kept<K> | undefined;
  /** Since the newest plan. */
  reached(milestone: Milestone): Kept<'reached'> | undefined;
  /** The newest of this name since the newest plan. */
  note(name: string): Kept<'note'> | undefined;
  /** All that were made, the newest last. */
  plans(): Kept<'planned'>[];
  /** Was the newest plan reported? */
  isReadySaid(): boolean;
  /** Those whose end nobody saw. */
  children(): Kept<'child'>[];
  reports(): Kept<'report'>[];
  /** Each number once, also those of reports that are not kept. */
  nextSequence(): number;
  unsent(): Kept<'report'>[];
}

/** A file that is no journal any more, and what its readable lines say. */
export interface UnreadableRun {
  runId: RunId;
  /** Where it was set aside. */
  file: string;
  why: string;
  offered: Kept<'offered'> | undefined;
  isReleased: boolean;
  isSaved: boolean;
  isEnded: boolean;
  lastSequence: number;
}

export interface Journal {
  /** Set aside when the journal was opened. */
  unreadable: readonly UnreadableRun[];
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
  const unreadable: UnreadableRun[] = [];
  for (const name of readdirSync(folder)) {
    const parsed = RunId.safeParse(name.replace(/\.jsonl$/, ''));
    if (!parsed.success || !name.endsWith('.jsonl')) continue;
    const [runId, file] = [parsed.data, fileOf(parsed.data)];
    const read = readEntries(file);
    if ('why' in read) unreadable.push(setAside(file, runId, read));
    else runs.set(runId, openRun(file, runId, read.entries));
  }
  return {
    unreadable,
    find: (runId) => runs.get(runId),
    begin(runId) {
      const run = runs.get(runId) ?? openRun(fileOf(runId), runId, []);
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

function openRun(file: string, runId: RunId, entries: JournalEntry[]): RunJournal {
  let length = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let lastSequence = lastSequenceOf(entries);
  const sincePlanned = () => entries.slice(entries.findLastIndex(({ kind }) => kind === 'planned') + 1);
  const every = <K extends JournalEntry['kind']>(kind: K) =>
    entries.filter((entry): entry is Kept<K> => entry.kind === kind);
  return {
    runId,
    write(entry) {
      length = appendLine(file, length, JSON.stringify(entry));
      entries.push(entry);
      lastSequence = Math.max(lastSequence, lastSequenceOf([entry]));
    },
    find: (kind) => every(kind).at(-1),
    reached: (milestone) =>
      sincePlanned().find(
        (entry): entry is Kept<'reached'> => entry.kind === 'reached' && entry.milestone === milestone,
      ),
    note: (name) =>
      sincePlanned().findLast((entry): entry is Kept<'note'> => entry.kind === 'note' && entry.name === name),
    plans: () => every('planned'),
    isReadySaid: () => sincePlanned().some((entry) => entry.kind === 'report' && entry.report === 'ready'),
    children() {
      const ended = every('childEnded');
      return every('child').filter(
        (child) => !ended.some(({ pid, birth }) => pid === child.pid && birth === child.birth),
      );
    },
    reports: () => every('report'),
    nextSequence() {
      lastSequence += 1;
      return lastSequence;
    },
    unsent() {
      const sent = new Set(every('sent').map(({ sequence }) => sequence));
      return every('report').filter(({ sequence }) => !sent.has(sequence));
    },
  };
}

function lastSequenceOf(entries: readonly JournalEntry[]): number {
  return Math.max(0, ...entries.map((entry) => ('sequence' in entry ? entry.sequence : 0)));
}

/** A last line that a crash cut off was never acted on: it is taken away, so that the next one stands alone. */
function readEntries(file: string): { entries: JournalEntry[]; why?: string } {
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').slice(0, -1);
  const read = lines.map(readLine);
  const entries = read.filter((entry) => entry !== undefined);
  const bad = read.indexOf(undefined);
  if (bad !== -1) return { entries, why: `line ${bad + 1} is from a newer runner or was changed` };
  if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
  return { entries };
}

function readLine(line: string): JournalEntry | undefined {
  try {
    return JournalEntry.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function setAside(
  file: string,
  runId: RunId,
  { entries, why }: { entries: JournalEntry[]; why?: string },
): UnreadableRun {
  const kept = `${file}.unreadable`;
  renameSync(file, kept);
  syncFolder(dirname(file));
  const reached = (milestone: Milestone) =>
    entries.some((entry) => entry.kind === 'reached' && entry.milestone === milestone);
  return {
    runId,
    file: kept,
    why: why ?? '',
    offered: entries.find((entry): entry is Kept<'offered'> => entry.kind === 'offered'),
    isReleased: reached('go') || reached('saved'),
    isSaved: reached('saved') || reached('restored') || reached('undoing'),
    isEnded: entries.some(({ kind }) => kind === 'ended'),
    lastSequence: lastSequenceOf(entries),
  };
}
