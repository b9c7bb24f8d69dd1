import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { JournalEntry } from './journal-entry.ts';

export interface Journal {
  /** Done once the entry is on disk. */
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing: for a stand-in without a data folder. */
export const noJournal: Journal = { append: async () => {}, close: async () => {} };

/**
 * Opens the journal: hands every entry to `replay`, then writes the state of now (`snapshot`) in its place, so that it
 * starts small. A last line cut short by a kill was never answered for, and is left out.
 */
export async function openJournal(
  path: string,
  { replay, snapshot }: { replay: (entry: JournalEntry) => void; snapshot: () => Iterable<JournalEntry> },
): Promise<Journal> {
  await mkdir(dirname(path), { recursive: true });
  const lines = (await readIfThere(path)).split('\n').slice(0, -1);
  for (const [at, line] of lines.entries()) replay(readLine(line, path, at + 1));

  const fresh = `${path}.new`;
  const file = await open(fresh, 'w');
  for (const entry of snapshot()) await file.write(`${JSON.stringify(entry)}\n`);
  await file.datasync();
  await rename(fresh, path);
  return appendTo(file);
}

/** Entries that come while others are being written go out together, with one sync. */
function appendTo(file: Awaited<ReturnType<typeof open>>): Journal {
  const waiting: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const flush = async () => {
    await file.appendFile(waiting.splice(0).join(''));
    await file.datasync();
  };
  return {
    append(entry) {
      waiting.push(`${JSON.stringify(entry)}\n`);
      next ??= writing.then(() => {
        next = undefined;
        writing = flush();
        return writing;
      });
      return next;
    },
    async close() {
      try {
        await (next ?? writing);
      } finally {
        await file.close();
      }
    },
  };
}

function readLine(line: string, path: string, number: number): JournalEntry {
  try {
    return JournalEntry.parse(JSON.parse(line));
  } catch (cause) {
    throw new Error(
      `Cannot read line ${number} of ${path}. Move the file away to start with empty collections, then reindex.`,
      { cause },
    );
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
