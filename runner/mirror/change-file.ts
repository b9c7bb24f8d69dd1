import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { inodeOf, moveHome, moveToFree } from '../free-name.ts';
import { hashOf } from '../hash.ts';
import { type FolderState, type ItemFile, states } from './folder.ts';

// Files of the mirror are changed only by new names and links, so that nothing that somebody wrote is ever overwritten.

/** False when there is a file of this name already. */
export async function createFile(
  folder: string,
  file: { state: FolderState; name: string; text: string },
): Promise<boolean> {
  const draft = await writeDraft(join(folder, file.state), file.text);
  try {
    return await moveNew(draft, join(folder, file.state, file.name));
  } finally {
    await rm(draft, { force: true });
  }
}

/** False when a file of this name stands at the other place, or this one is not as it was read: nothing was moved. */
export async function moveFile(folder: string, file: ItemFile, to: FolderState): Promise<boolean> {
  const aside = await setAside(folder, file);
  if (!aside) return false;
  return orBack(aside, placeOf(folder, file), () => moveNew(aside, join(folder, to, file.name)));
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
    return await orBack(aside, placeOf(folder, file), async () => {
      if (!(await moveNew(draft, placeOf(folder, file)))) return false;
      if (await removeIfSame(aside, file.hash)) return true;
      // Somebody wrote to it through a name that they had opened before: theirs is the file, and ours can be made again.
      const ours = await setAside(folder, { ...file, hash: hashOf(text) });
      if (ours) await unlink(ours);
      return false;
    });
  } finally {
    await rm(draft, { force: true });
  }
}

const placeOf = (folder: string, { state, name }: Pick<ItemFile, 'state' | 'name'>) => join(folder, state, name);

/** Takes the file out of its place, if it is as it was read: an editor that saves by renaming can then overwrite nothing of it. */
async function setAside(folder: string, file: ItemFile): Promise<string | undefined> {
  const aside = join(folder, file.state, `.${file.name}.${randomUUID()}.old`);
  try {
    await rename(placeOf(folder, file), aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const isSame = await orBack(aside, placeOf(folder, file), () => hasHash(aside, file.hash));
  return isSame ? aside : undefined;
}

/** Whatever stands aside when `use` says no, or fails, is put back. */
async function orBack(aside: string, home: string, use: () => Promise<boolean>): Promise<boolean> {
  try {
    const isDone = await use();
    if (!isDone) await moveHome(aside, home);
    return isDone;
  } catch (error) {
    // When not even this is possible, it stays aside and the next round brings it back.
    if (await inodeOf(aside)) await moveHome(aside, home).catch(() => undefined);
    throw error;
  }
}

/** Looked at right before: what somebody wrote since is not removed. */
async function removeIfSame(path: string, hash: string): Promise<boolean> {
  if (!(await hasHash(path, hash))) return false;
  await unlink(path);
  return true;
}

const hasHash = async (path: string, hash: string) => hashOf(await readFile(path, 'utf8')) === hash;

async function moveNew(from: string, to: string): Promise<boolean> {
  const inode = await inodeOf(from);
  if (inode === undefined) throw Object.assign(new Error(`${from} is gone`), { code: 'ENOENT' });
  return moveToFree(from, to, inode);
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
        const text = await readFile(path, 'utf8');
        // It had been put into its place already, whichever folder that was.
        const isInPlace = (await textsOf(folder, name)).includes(text);
        if (isInPlace && (await removeIfSame(path, hashOf(text)))) continue;
        back.push(join(state, await moveHome(path, join(folder, state, name))));
      } else if (/^\.draft\.[0-9a-f-]{36}$/.test(hidden)) await unlink(path);
    }
  }
  return back;
}

/** What the files of this name say, in whichever folder. */
async function textsOf(folder: string, name: string): Promise<(string | undefined)[]> {
  return Promise.all(states.map((state) => readFile(join(folder, state, name), 'utf8').catch(() => undefined)));
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
