import { isUtf8 } from 'node:buffer';
import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAside } from '../clean/aside.ts';
import { hashOf } from '../hash.ts';

/** The four folders, as the files' state. */
export const states = ['pending', 'in-progress', 'failed', 'done'] as const;
export type FolderState = (typeof states)[number];

export interface ItemFile {
  state: FolderState;
  /** With its ending. */
  name: string;
  text: string;
  hash: string;
  mode: number;
}

/** A writer may still be at work on a file that changed a moment ago: it is looked at next time. */
const settledMs = 500;
/** An item is a few kilobytes; what is larger is none. */
const largestBytes = 256 * 1024;

export class FolderMissingError extends Error {
  readonly code = 'folder_missing';
  constructor(folder: string) {
    super(`${folder} is not there, so nothing is mirrored. Is it mounted? Make the folder, and it goes on.`);
  }
}

export interface FolderContents {
  files: ItemFile[];
  /** Names that stand in one of the folders and could not be read: being written, too large, no plain file, not readable, moving. */
  unread: Map<string, string>;
}

/** Every item file. A folder that is missing as a whole is an error: nothing was deleted. */
export async function readFolder(folder: string, now: Date): Promise<FolderContents> {
  await lstat(folder).catch(() => {
    throw new FolderMissingError(folder);
  });
  for (const state of states) await mkdir(join(folder, state), { recursive: true });
  const before = await listNames(folder);
  const files: ItemFile[] = [];
  const unread = new Map<string, string>();
  for (const { state, name } of before) {
    const read = await readItemFile(folder, { state, name }, now);
    if (typeof read === 'string') unread.set(name, read);
    else files.push(read);
  }
  // What a clean recovery moves, or moved when it was killed, stands in none of them for a while.
  for (const { name } of await findAside(folder)) unread.set(name, 'moving');
  // Somebody may move a file while the folders are listed one after the other: it is there, only not where it was looked for.
  const read = new Set(files.map(({ state, name }) => `${state}/${name}`));
  for (const { state, name } of await listNames(folder)) {
    if (!read.has(`${state}/${name}`) && !unread.has(name)) unread.set(name, 'moving');
  }
  return { files, unread };
}

async function listNames(folder: string): Promise<{ state: FolderState; name: string }[]> {
  const lists = states.map(async (state) => {
    const names = await readdir(join(folder, state));
    return names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).map((name) => ({ state, name }));
  });
  return (await Promise.all(lists)).flat();
}

/** The file, or why it cannot be read now. */
async function readItemFile(
  folder: string,
  { state, name }: Pick<ItemFile, 'state' | 'name'>,
  now: Date,
): Promise<ItemFile | string> {
  const path = join(folder, state, name);
  try {
    const stat = await lstat(path);
    if (!stat.isFile()) return 'it is no plain file';
    if (stat.size > largestBytes) return 'it is larger than 256 kB, so it is no work item';
    const age = now.getTime() - stat.mtimeMs;
    if (age >= 0 && age < settledMs) return 'busy';
    const bytes = await readFile(path);
    // Written again as UTF-8, other bytes would be lost.
    if (!isUtf8(bytes)) return 'it is not written in UTF-8';
    const text = bytes.toString('utf8');
    return { state, name, text, hash: hashOf(text), mode: stat.mode & 0o777 };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'moving' : `it cannot be read (${code ?? error})`;
  }
}

/** Whether a file of this name stands in any of the folders. */
export async function standsSomewhere(folder: string, name: string): Promise<boolean> {
  const looks = states.map((state) =>
    lstat(join(folder, state, name)).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    ),
  );
  return (await Promise.all(looks)).includes(true);
}
