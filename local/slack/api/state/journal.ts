import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { JournalEntry } from './model.ts';

export class JournalError extends Error {
  override name = 'JournalError';
}

export interface Journal {
  /** What was there on opening, oldest first. */
  entries: JournalEntry[];
  /** On return the line is with the operating system: killing this process no longer loses it. */
  append(entry: JournalEntry): void;
  close(): void;
}

export function memoryJournal(): Journal {
  return { entries: [], append: () => {}, close: () => {} };
}

/** An append-only file of JSON lines. A last line that a crash cut short was never answered for, and is cut off. */
export function fileJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'journal.jsonl');
  const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const wholeLength = content.lastIndexOf(0x0a) + 1;
  const lines = content.subarray(0, wholeLength).toString('utf8').split('\n').slice(0, -1);
  const entries = lines.map((line, i) => parseLine(line, `${path}:${i + 1}`));

  const file = openSync(path, 'a', 0o600);
  if (wholeLength < content.length) ftruncateSync(file, wholeLength);
  let isOpen = true;
  return {
    entries,
    append(entry) {
      if (!isOpen) throw new JournalError(`${path} is closed: nothing more can be stored`);
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      for (let written = 0; written < line.length; ) written += writeSync(file, line, written);
    },
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function parseLine(line: string, where: string): JournalEntry {
  try {
    return JournalEntry.parse(JSON.parse(line));
  } catch (cause) {
    throw new JournalError(`${where} is not a line of the workspace's journal. Remove that line, or the folder.`, {
      cause,
    });
  }
}
