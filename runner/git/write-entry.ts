import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lchownSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { mkdir, open, rmdir, symlink } from 'node:fs/promises';
import type { Entry } from './entry.ts';
import { git } from './git-process.ts';
import { GitRefusal } from './git-refusal.ts';
import { errorCode, isGone, look, readLeaf } from './read-entry.ts';
import { readSmall, smallBytes } from './read-small.ts';
import type { Repository } from './repository.ts';
import { foldersAbove, onDisk, parentOf } from './tree-path.ts';

/** Makes the folders above a path, one by one. A symlink or file among them stops it: nothing is written through a link. */
export async function makeFoldersAbove(
  { root }: Repository,
  path: string,
  modes: ReadonlyMap<string, number>,
): Promise<void> {
  for (const folder of foldersAbove(path)) {
    const at = onDisk(root, folder);
    const stats = look(at);
    if (stats?.isDirectory()) continue;
    if (stats) throw new GitRefusal('changed_since_plan', `${folder} is not a folder any more`, { path: folder });
    const mode = modes.get(folder);
    await mkdir(at);
    giveToOwnerOf(onDisk(root, parentOf(folder)), at);
    // Nobody sees more of it meanwhile than they may; what keeps even its owner out is taken away at the end.
    if (mode !== undefined) setMode(at, mode | 0o700);
  }
}

export type LeafTarget = Exclude<Entry, { type: 'folder' | 'repository' }>;

interface Leaf {
  path: string;
  target: LeafTarget;
  tempName: string;
}

/**
 * Puts a file or symlink in place in one step: written beside it under `tempName`, hashed again, then renamed over what is there.
 * `confirm` runs just before that step; what it throws leaves everything as it was.
 */
export async function putLeaf(
  repository: Repository,
  leaf: Leaf & { isPrepared: boolean },
  confirm: () => Promise<void>,
): Promise<void> {
  const at = onDisk(repository.root, leaf.path);
  const temp = onDisk(repository.root, tempPath(leaf.path, leaf.tempName));
  try {
    if (!leaf.isPrepared) await writeTemp(repository, leaf);
    await confirm();
    renameSync(temp, at);
  } catch (error) {
    removeTemp(temp);
    throw error;
  }
}

/** Writes the temp file of a path, all that its place will have: bytes (those at hand, or git's), owner and permissions. */
export async function writeTemp(
  repository: Repository,
  { path, target, tempName }: Leaf,
  bytes?: Buffer,
): Promise<void> {
  const at = onDisk(repository.root, path);
  const temp = onDisk(repository.root, tempPath(path, tempName));
  removeTemp(temp);
  if (target.type === 'file') await writeBlob(repository, temp, target, bytes);
  else await symlink(bytes ?? (await readBlob(repository, target.oid)), temp);
  const stats = lstatSync(temp);
  const small = stats.isFile() && stats.size <= smallBytes && readSmall(repository, temp, stats, { isOwn: true });
  const written = small || (await readLeaf(repository, temp, stats));
  if (written?.type !== target.type || written.oid !== target.oid) {
    throw new GitRefusal('objects_missing', `The saved bytes of ${path} are damaged`, { path, oid: target.oid });
  }
  giveToOwnerOf(look(at) ? at : onDisk(repository.root, parentOf(path)), temp);
  // After the owner, for a change of owner takes some bits away.
  if (target.type === 'file') setMode(temp, target.mode);
}

/** Gone already is as good. */
export function removeTemp(temp: Buffer): void {
  try {
    unlinkSync(temp);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Where a file lies while it is being written; the same for each try of one rollback, so that a later try clears it away. */
export function tempPath(path: string, tempName: string): string {
  const parent = parentOf(path);
  return parent === '' ? tempName : `${parent}/${tempName}`;
}

async function writeBlob({ root }: Repository, at: Buffer, { oid }: { oid: string }, bytes?: Buffer): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  // Only this user until its real permissions are known to be right.
  await using file = await open(at, flags, 0o600);
  // Straight into the file, so that its size is no matter.
  if (bytes) await file.writeFile(bytes);
  else await git(['cat-file', 'blob', oid], { cwd: root, outputTo: file.fd, timeLimitMs: 30 * 60_000 });
  await file.sync();
}

async function readBlob({ root }: Repository, oid: string): Promise<Buffer> {
  return (await git(['cat-file', 'blob', oid], { cwd: root })).stdout;
}

/** A runner that runs as root must not turn a user's files into root's. Without that right, the file is ours, as with any editor. */
function giveToOwnerOf(model: Buffer, at: Buffer): void {
  const [wanted, { uid, gid }] = [look(model), lstatSync(at)];
  if (!wanted || (wanted.uid === uid && wanted.gid === gid)) return;
  try {
    lchownSync(at, wanted.uid, wanted.gid);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') throw error;
  }
}

/** Of that very file or folder: a link that has just taken its place is not followed. */
export function setMode(at: Buffer, mode: number): void {
  let file: number;
  try {
    file = openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    // What its owner may not even read can only be named.
    if (errorCode(error) === 'EACCES') {
      chmodSync(at, mode);
      return;
    }
    if (errorCode(error) !== 'ELOOP') throw error;
    throw new GitRefusal('changed_since_plan', `${at} became a link`, { path: at.toString() }, error);
  }
  try {
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}

/** Removes the folders above a path that are empty and were not there in the state that is restored. */
export async function removeEmptyFoldersAbove(
  { root }: Repository,
  path: string,
  kept: ReadonlySet<string>,
): Promise<void> {
  const above = foldersAbove(path);
  for (const folder of above) {
    const stats = look(onDisk(root, folder));
    // Nothing is removed through a link.
    if (stats && !stats.isDirectory()) return;
  }
  for (const folder of above.reverse()) {
    if (kept.has(folder) || !(await removeIfEmpty(onDisk(root, folder)))) return;
  }
}

/** Answers false when something is in it. */
export async function removeIfEmpty(at: Buffer): Promise<boolean> {
  try {
    await rmdir(at);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') return false;
    throw error;
  }
}
