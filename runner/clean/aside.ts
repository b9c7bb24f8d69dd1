import { lstat, mkdir, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { inodeOf, moveHome } from '../free-name.ts';
import { asideFolder, type QueueFile, queueFolders } from './queue-files.ts';

type Place = Pick<QueueFile, 'folder' | 'name'>;

const asidePath = (queue: string, { folder, name }: Place) => join(queue, folder, asideFolder, name);

/**
 * Takes a file out of its place, to where nobody else looks: from here on an editor that saves by renaming makes a new file, and
 * what happens to this one is ours to decide. Throws ENOENT when it is gone, and EEXIST when an older one is kept there.
 */
export async function setAside(queue: string, place: Place): Promise<string> {
  const aside = asidePath(queue, place);
  await mkdir(join(queue, place.folder, asideFolder), { recursive: true });
  await assertFolder(queue, place.folder);
  if (await inodeOf(aside)) throw Object.assign(new Error(`${aside} is kept from before`), { code: 'EEXIST' });
  await rename(join(queue, place.folder, place.name), aside);
  return aside;
}

/** Under its own name, or beside whoever has that by now. Answers which. */
export async function putBack(queue: string, place: Place): Promise<string> {
  const aside = asidePath(queue, place);
  if (!(await inodeOf(aside))) return place.name;
  return moveHome(aside, join(queue, place.folder, place.name));
}

/** A link in the place of the private folder would lead moves to somewhere else. */
async function assertFolder(queue: string, folder: string): Promise<void> {
  if (!(await isFolder(join(queue, folder, asideFolder)))) {
    throw Object.assign(new Error(`${join(queue, folder, asideFolder)} is not a folder of its own`), {
      code: 'ENOTDIR',
    });
  }
}

const isFolder = async (path: string) => (await lstat(path).catch(() => undefined))?.isDirectory() ?? false;

/** What a killed runner had set aside. */
export async function findAside(queue: string): Promise<Place[]> {
  const found = queueFolders.map(async (folder) => {
    if (!(await isFolder(join(queue, folder, asideFolder)))) return [];
    const names = await readdir(join(queue, folder, asideFolder)).catch((): string[] => []);
    return names.sort().map((name) => ({ folder, name }));
  });
  return (await Promise.all(found)).flat();
}

/** Brings home what a killed runner had set aside; what had its new name by then only loses the private one. */
export async function bringHome(queue: string): Promise<Place[]> {
  const home: Place[] = [];
  const left = await findAside(queue);
  const named = left.length > 0 ? await inodesOf(queue) : new Set<string>();
  for (const place of left) {
    const aside = asidePath(queue, place);
    const inode = await inodeOf(aside);
    if (inode !== undefined && named.has(inode)) await unlink(aside);
    else home.push({ folder: place.folder, name: await putBack(queue, place) });
  }
  await removeAside(queue);
  return home;
}

/** The private folders, as far as they are empty. */
export async function removeAside(queue: string): Promise<void> {
  for (const folder of queueFolders) await rmdir(join(queue, folder, asideFolder)).catch(() => undefined);
}

async function inodesOf(queue: string): Promise<Set<string>> {
  const inodes = new Set<string>();
  for (const folder of queueFolders) {
    const names = await readdir(join(queue, folder)).catch((): string[] => []);
    for (const name of names) {
      const stat = await lstat(join(queue, folder, name), { bigint: true }).catch(() => undefined);
      if (stat) inodes.add(`${stat.dev}:${stat.ino}`);
    }
  }
  return inodes;
}
