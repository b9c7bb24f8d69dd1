import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf } from '../hash.ts';
import { type FolderState, type ItemFile, states } from './folder.ts';

// Files of the mirror are changed only by new names and links, so that nothing that somebody wrote is ever overwritten.

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
