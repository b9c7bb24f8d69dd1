import { access, constants, statfs } from 'node:fs/promises';
import type { PathChange } from './carry-out.ts';
import { GitRefusal, nameSome } from './git-refusal.ts';
import { readSizes } from './objects.ts';
import { look } from './read-entry.ts';
import type { Repository } from './repository.ts';
import { onDisk, parentOf } from './tree-path.ts';

/** What can be known before anything is touched: the bytes to restore are there, the folders may be written, the disk has room. */
export async function assertPossible(repository: Repository, changes: readonly PathChange[]): Promise<void> {
  const wanted = changes.flatMap(({ target }) => (target && 'oid' in target ? [target.oid] : []));
  const sizes = await readSizes(repository, wanted);
  const missing = wanted.filter((oid) => !sizes.has(oid));
  if (missing.length > 0) {
    throw new GitRefusal('objects_missing', `${missing.length} saved files are not in the repository`, { missing });
  }
  const folders = new Set<string>();
  for (const { path } of changes) folders.add(nearestFolder(repository, parentOf(path)));
  const closed: string[] = [];
  for (const folder of folders) {
    const mayWrite = access(onDisk(repository.root, folder), constants.W_OK | constants.X_OK);
    await mayWrite.catch(() => closed.push(folder === '' ? '.' : folder));
  }
  if (closed.length > 0) {
    throw new GitRefusal('not_writable', `These folders may not be written: ${nameSome(closed)}`, { folders: closed });
  }
  const bytes = wanted.reduce((sum, oid) => sum + (sizes.get(oid) ?? 0), 0);
  const disk = await statfs(repository.root);
  if (disk.bavail * disk.bsize < bytes) {
    throw new GitRefusal('disk_full', `Restoring needs ${bytes} bytes on this disk`, { folder: repository.root });
  }
}

function nearestFolder({ root }: Repository, folder: string): string {
  let nearest = folder;
  while (nearest !== '' && !look(onDisk(root, nearest))?.isDirectory()) nearest = parentOf(nearest);
  return nearest;
}
