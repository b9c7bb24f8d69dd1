import { createHash, randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The four folders, as the files' state. */
export const states = ['pending', 'in-progress', 'failed', 'done'] as const;
export type FolderState = (typeof states)[number];

export interface ItemFile {
  state: FolderState;
  /** With its ending. */
  name: string;
  text: string;
  hash: string;
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

/** Every item file, and the names of what could not be read. A folder that is missing as a whole is an error: nothing was deleted. */
export async function readFolder(
  folder: string,
  now: Date,
): Promise<{ files: ItemFile[]; busy: string[]; tooLarge: string[] }> {
  await lstat(folder).catch(() => {
    throw new FolderMissingError(folder);
  });
  const files: ItemFile[] = [];
  const busy: string[] = [];
  const tooLarge: string[] = [];
  for (const state of states) {
    await mkdir(join(folder, state), { recursive: true });
    for (const entry of await readdir(join(folder, state), { withFileTypes: true })) {
      if (!entry.isFile() || !/^[^.].*\.ya?ml$/.test(entry.name)) continue;
      const path = join(folder, state, entry.name);
      const stat = await lstat(path).catch(() => undefined);
      if (!stat) continue;
      if (stat.size > largestBytes) tooLarge.push(join(state, entry.name));
      else if (now.getTime() - stat.mtimeMs < settledMs && now.getTime() >= stat.mtimeMs)
        busy.push(join(state, entry.name));
      else {
        const text = await readFile(path, 'utf8').catch(() => undefined);
        if (text !== undefined) files.push({ state, name: entry.name, text, hash: hashOf(text) });
      }
    }
  }
  return { files, busy, tooLarge };
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

/** False when a file of this name stands at the other place, or this one is gone: nothing was moved. */
export async function moveFile(
  folder: string,
  { state, name }: Pick<ItemFile, 'state' | 'name'>,
  to: FolderState,
): Promise<boolean> {
  const from = join(folder, state, name);
  if (!(await linkNew(from, join(folder, to, name)))) return false;
  await unlink(from);
  return true;
}

/**
 * Replaces the text of a file that is as it was read. What somebody saved in between is put back and stays: then it is
 * false, and nothing was changed.
 */
export async function replaceText(folder: string, file: ItemFile, text: string): Promise<boolean> {
  const path = join(folder, file.state, file.name);
  const aside = join(folder, file.state, `.${file.name}.${randomUUID()}.old`);
  const draft = await writeDraft(join(folder, file.state), text);
  try {
    await rename(path, aside);
    const isAsRead = hashOf(await readFile(aside, 'utf8')) === file.hash;
    const isReplaced = isAsRead && (await linkNew(draft, path));
    if (!isReplaced) {
      // Somebody made a new one of this name meanwhile: both stay.
      if (!(await linkNew(aside, path))) await link(aside, join(folder, file.state, `${file.name}.${Date.now()}.kept`));
    }
    await unlink(aside);
    return isReplaced;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

/** A kill between setting a file aside and putting the new one in its place leaves a hidden copy: it comes back. */
export async function bringBackAside(folder: string): Promise<string[]> {
  const back: string[] = [];
  for (const state of states) {
    const names = await readdir(join(folder, state)).catch((): string[] => []);
    for (const name of names) {
      const aside = /^\.(.+\.ya?ml)\.[0-9a-f-]{36}\.old$/.exec(name);
      if (aside?.[1]) {
        // When the new text is in its place already, the old one stays beside it: nobody can tell any more whose it was.
        const isBack = await linkNew(join(folder, state, name), join(folder, state, aside[1]));
        if (!isBack) await linkNew(join(folder, state, name), join(folder, state, `${name.slice(1, -4)}.kept`));
        await unlink(join(folder, state, name));
        if (isBack) back.push(join(state, aside[1]));
      } else if (/^\.draft\.[0-9a-f-]{36}$/.test(name)) await unlink(join(folder, state, name));
    }
  }
  return back;
}

async function writeDraft(folder: string, text: string): Promise<string> {
  const draft = join(folder, `.draft.${randomUUID()}`);
  const handle = await open(draft, 'wx', 0o644);
  try {
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
    throw error;
  }
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
