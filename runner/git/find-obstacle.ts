import { readdir } from 'node:fs/promises';
import { look } from './read-entry.ts';
import type { Repository } from './repository.ts';
import type { Conflict, PlannedChange } from './rollback-plan.ts';
import type { Scan } from './scan.ts';
import { foldersAbove, isUnder, onDisk, pathFromBytes } from './tree-path.ts';

type Change = Pick<PlannedChange, 'path' | 'now' | 'target'>;

/** What else stands where a planned path must go. Everything in the way that the plan does not remove itself belongs to others. */
export async function findObstacle(
  repository: Repository,
  present: Scan,
  plan: ReadonlyMap<string, Change>,
  change: Change,
): Promise<Conflict | undefined> {
  const { path, target } = change;
  if (present.outOfReach.some((closed) => isUnder(path, closed))) return { path, because: 'out-of-reach' };
  const above = foldersAbove(path);
  const inner = above.find((folder) => present.entries.get(folder)?.type === 'repository');
  if (inner !== undefined) return { path, because: 'inside-inner-repository', other: inner };
  if (target === null) return undefined;

  for (const folder of above) {
    const stats = look(onDisk(repository.root, folder));
    // Below a file or a symlink nothing else can be.
    if (!stats || stats.isDirectory()) continue;
    if (plan.get(folder)?.target === null) break;
    return { path, because: 'blocked-by-file', other: folder };
  }
  if (target.type === 'folder' || !look(onDisk(repository.root, path))?.isDirectory()) return undefined;
  const other = await findOther(repository, plan, path);
  return other === undefined ? undefined : { path, because: 'folder-holds-other-files', other };
}

/** Something in this folder that the plan leaves where it is. Links are not followed. */
async function findOther(
  repository: Repository,
  plan: ReadonlyMap<string, Change>,
  folder: string,
): Promise<string | undefined> {
  const names = await readdir(onDisk(repository.root, folder), { encoding: 'buffer' });
  if (names.length === 0) return plan.has(folder) ? undefined : folder;
  for (const name of names.map(pathFromBytes)) {
    const path = `${folder}/${name}`;
    const isFolder = look(onDisk(repository.root, path))?.isDirectory() ?? false;
    const other = isFolder
      ? await findOther(repository, plan, path)
      : plan.get(path)?.target === null
        ? undefined
        : path;
    if (other !== undefined) return other;
  }
  return undefined;
}
