import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, lstat, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
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
    const text = await readFile(path, 'utf8');
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

/** False when there is a file of this name already. */
export async function createFile(
  folder: string,
  file: { state: FolderState; name: string; text: string },
): Promise<boolean> {
  const path = join(folder, file.state, file.name);
  const draft = await writeDraft(join(folder, file.state), file.text);
  try {
    // Unlike rename, a link never replaces what is there.
    return await linkNew(draft, path);
  } finally {
    await unlink(draft);
  }
}

/** False when a file of this name stands at the other place, or this one is not as it was read: nothing was moved. */
export async function moveFile(folder: string, file: ItemFile, to: FolderState): Promise<boolean> {
  const aside = await setAside(folder, file);
  if (!aside) return false;
  const isMoved = await linkNew(aside, join(folder, to, file.name));
  if (!isMoved) await putBack(aside, folder, file);
  await unlink(aside);
  return isMoved;
}

/**
 * Replaces the text of a file that is as it was read. What somebody saved in between is put back and stays: then it is
 * false, and nothing was changed.
 */
export async function replaceText(folder: string, file: ItemFile, text: string): Promise<boolean> {
  const draft = await writeDraft(join(folder, file.state), text, file.mode);
  try {
    const aside = await setAside(folder, file);
    if (!aside) return false;
    const isReplaced = await linkNew(draft, join(folder, file.state, file.name));
    // Somebody made a new one of this name meanwhile: both stay.
    if (!isReplaced) await putBack(aside, folder, file);
    await unlink(aside);
    return isReplaced;
  } finally {
    await unlink(draft);
  }
}

/** Takes the file out of its place, if it is as it was read: an editor that saves by renaming can then overwrite nothing of it. */
async function setAside(folder: string, file: ItemFile): Promise<string | undefined> {
  const aside = join(folder, file.state, `.${file.name}.${randomUUID()}.old`);
  try {
    await rename(join(folder, file.state, file.name), aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (hashOf(await readFile(aside, 'utf8')) === file.hash) return aside;
  await putBack(aside, folder, file);
  await unlink(aside);
  return undefined;
}

/** Under its own name, or beside whoever has that name by now. */
async function putBack(
  aside: string,
  folder: string,
  { state, name }: Pick<ItemFile, 'state' | 'name'>,
): Promise<void> {
  if (await linkNew(aside, join(folder, state, name))) return;
  await linkNew(aside, join(folder, state, `${name}.${randomUUID()}.kept`));
}

/** A kill between setting a file aside and putting it into its place leaves a hidden copy: it comes back. */
export async function bringBackAside(folder: string): Promise<string[]> {
  const back: string[] = [];
  for (const state of states) {
    const names = await readdir(join(folder, state)).catch((): string[] => []);
    for (const hidden of names) {
      const path = join(folder, state, hidden);
      const name = /^\.(.+\.ya?ml)\.[0-9a-f-]{36}\.old$/.exec(hidden)?.[1];
      if (name) {
        if (!(await isInPlace(folder, name, path))) {
          await putBack(path, folder, { state, name });
          back.push(join(state, name));
        }
        await unlink(path);
      } else if (/^\.draft\.[0-9a-f-]{36}$/.test(hidden)) await unlink(path);
    }
  }
  return back;
}

/** It had been put into its place already, whichever folder that was. */
async function isInPlace(folder: string, name: string, aside: string): Promise<boolean> {
  const text = await readFile(aside, 'utf8');
  const others = states.map((state) => readFile(join(folder, state, name), 'utf8').catch(() => undefined));
  return (await Promise.all(others)).includes(text);
}

async function writeDraft(folder: string, text: string, mode = 0o644): Promise<string> {
  const draft = join(folder, `.draft.${randomUUID()}`);
  const handle = await open(draft, 'wx', mode);
  try {
    // Whatever the umask is.
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP') return copyNew(from, to);
    throw error;
  }
}

/** Where there are no hard links. */
async function copyNew(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
