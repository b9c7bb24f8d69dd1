import { createHash, type Hash } from 'node:crypto';
import { constants, lstatSync, type Stats } from 'node:fs';
import { type FileHandle, open, readdir, readlink } from 'node:fs/promises';
import type { Entry } from './entry.ts';
import { GitRefusal } from './git-refusal.ts';
import { readSmall, smallBytes } from './read-small.ts';
import type { Repository } from './repository.ts';
import { diskPlace, foldersAbove, onDisk } from './tree-path.ts';

/**
 * `full`: a folder with something in it. `out-of-reach`: a device, pipe or socket, or what this user may not read; it is listed,
 * and never opened, saved or touched.
 */
export type Found = Leaf | { type: 'full' };
type Leaf = Entry | { type: 'out-of-reach' } | null;

type Place = Pick<Repository, 'root' | 'objectFormat'>;

/** What is at a path now. Nothing is followed: a path below a symlink is not in this tree, so it is absent. */
export async function readEntry(place: Place, path: string): Promise<Found> {
  for (const folder of foldersAbove(path)) {
    if (!look(diskPlace(place.root, folder))?.isDirectory()) return null;
  }
  const at = onDisk(place.root, path);
  const stats = look(at);
  if (!stats) return null;
  if (stats.isDirectory()) {
    const names = await readdir(at).catch(() => undefined);
    if (!names) return { type: 'out-of-reach' };
    return names.length > 0 ? { type: 'full' } : { type: 'folder', mode: stats.mode & 0o7777 };
  }
  return readLeaf(place, at, stats);
}

/** Hashes a file or symlink as git would, without any conversion; null when it went away meanwhile. */
export async function readLeaf(place: Place, at: Buffer, stats: Stats): Promise<Leaf> {
  try {
    if (stats.isSymbolicLink()) return { type: 'symlink', oid: blobId(place, await readlink(at, 'buffer')) };
    if (!stats.isFile()) return { type: 'out-of-reach' };
    const small = stats.size <= smallBytes ? readSmall(place, at, stats) : undefined;
    if (small) return small;
    return await hashFile(place, at);
  } catch (error) {
    if (isGone(error)) return null;
    if (['EACCES', 'EPERM'].includes(errorCode(error))) return { type: 'out-of-reach' };
    throw error;
  }
}

export function blobId({ objectFormat }: Pick<Repository, 'objectFormat'>, bytes: Buffer): string {
  return startBlob(objectFormat, bytes.length).update(bytes).digest('hex');
}

async function hashFile({ objectFormat }: Place, at: Buffer): Promise<Leaf> {
  for (let tries = 0; ; tries += 1) {
    await using file = await openToRead(at);
    const { size, mode, ...stats } = await file.stat();
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) return { type: 'out-of-reach' };
    const hash = startBlob(objectFormat, size);
    let read = 0;
    for await (const chunk of readBytes(file, size)) {
      hash.update(chunk);
      read += chunk.length;
    }
    const after = await file.stat();
    const isTorn = read !== size || (after.size <= size && after.mtimeMs !== stats.mtimeMs);
    if (isTorn && tries === 4) {
      throw new GitRefusal('changing_while_saved', 'A file is being rewritten all the time', { file: at.toString() });
    }
    // Growing (a log) is fine: the bytes that were there at its opening are a state it had. Rewritten: read it again.
    if (!isTorn) return { type: 'file', oid: hash.digest('hex'), mode: mode & 0o7777 };
  }
}

/** Never waits for a pipe's other end, never follows a link that has just taken the file's place. */
export function openToRead(at: Buffer): Promise<FileHandle> {
  return open(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** The first `size` bytes, fewer if the file is shorter by now. */
export async function* readBytes(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(1 << 20, size - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function startBlob(objectFormat: 'sha1' | 'sha256', size: number): Hash {
  return createHash(objectFormat).update(`blob ${size}\0`);
}

/** lstat, or undefined when nothing is there. At once: waiting for the answer takes longer than the answer. */
export function look(at: Buffer | string): Stats | undefined {
  try {
    return lstatSync(at, { throwIfNoEntry: false });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** ELOOP: a symlink took the file's place between lstat and open; the next look sees it. */
export function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error));
}

export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
