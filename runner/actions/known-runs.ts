import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JournalEntry } from '../journal-entry.ts';

/** What a runner's journal says of a run, for somebody who only looks. */
export interface KnownRun {
  runId: string;
  plans: unknown[];
  isOver: boolean;
}

/**
 * Reads a journal beside the runner that writes it, and changes nothing. A line that cannot be read, such as the one being
 * written, is passed over: what the others name is needed all the same.
 */
export function readKnownRuns(folder: string): KnownRun[] {
  const files = readdirSync(folder).filter((name) => /^R-[^.]+\.jsonl/.test(name));
  return files.map((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    const entries = lines.map(parseLine).filter((entry) => entry !== undefined);
    return {
      runId: name.slice(0, name.indexOf('.')),
      plans: entries.flatMap((entry) => (entry.kind === 'planned' ? [entry.plan] : [])),
      isOver: entries.some(({ kind }) => kind === 'ended'),
    };
  });
}

function parseLine(line: string): JournalEntry | undefined {
  try {
    return JournalEntry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
