import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from '../git/git-process.ts';
import { findRepository, type Repository } from '../git/repository.ts';

/**
 * Is a path, or anything below it, in git's index at this moment? Git writes a new index file for every change, so the list is
 * read again only when that is another file than before.
 */
export function trackedPaths(root: string): (path: string) => Promise<boolean> {
  const repository = findRepository(root);
  // Whoever asks first is told.
  repository.catch(() => undefined);
  let known: { index: string; paths: Set<string> } | undefined;
  return async (path) => {
    const found = await repository;
    if (!found) return false;
    const index = await indexOf(found);
    if (known?.index !== index) known = { index, paths: await listTracked(root, found) };
    return known.paths.has(path);
  };
}

async function indexOf({ gitDir }: Repository): Promise<string> {
  const stat = await lstat(join(gitDir, 'index'), { bigint: true }).catch(() => undefined);
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : 'none';
}

async function listTracked(root: string, repository: Repository): Promise<Set<string>> {
  const { stdout } = await git(['ls-files', '-z', '--full-name'], { cwd: root });
  const tracked = new Set<string>();
  for (const name of stdout.toString('utf8').split('\0').filter(Boolean)) {
    for (let path = join(repository.root, name); path.length > root.length && !tracked.has(path); path = dirname(path))
      tracked.add(path);
  }
  return tracked;
}
