import { glob, lstat, readdir, realpath, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { git } from '../git/git-process.ts';
import { findRepository } from '../git/repository.ts';
import { isWithin } from '../real-place.ts';

export interface TempRule {
  root: string;
  pattern: string;
}

export interface TempPath {
  root: string;
  path: string;
  /** Why it is not removed although it matches. */
  stays?: string;
}

/**
 * Everything that a rule matches now, and what lies in the folders among it: each by its own name, since only what was shown is
 * removed. What lies elsewhere, is kept by git, or belongs to somebody else stays.
 */
export async function findTemp(rules: readonly TempRule[], kept: readonly string[]): Promise<TempPath[]> {
  const found = new Map<string, TempPath>();
  for (const { root, pattern } of rules) {
    const there = await realpath(root).catch(() => undefined);
    if (!there) continue;
    const { dev: device } = await lstat(there);
    const isTracked = await trackedIn(there);
    const add = async (path: string): Promise<void> => {
      if (found.has(path)) return;
      const stat = await lstat(path).catch(() => undefined);
      const elsewhere = stat && stat.dev !== device ? 'it is another file system' : undefined;
      const stays =
        elsewhere ?? (await whyItStays(there, path, kept)) ?? (isTracked(path) ? 'git keeps it' : undefined);
      found.set(path, { root: there, path, ...(stays && { stays }) });
      if (stays || !stat?.isDirectory()) return;
      for (const name of await readdir(path)) await add(join(path, name));
    };
    for await (const match of glob(pattern, { cwd: there })) await add(resolve(there, match));
  }
  const full = new Set<string>();
  for (const { root, path, stays } of found.values()) {
    for (let folder = dirname(path); stays && folder !== root && !full.has(folder); folder = dirname(folder))
      full.add(folder);
  }
  return [...found.values()]
    .map((temp) => (!temp.stays && full.has(temp.path) ? { ...temp, stays: 'something in it stays' } : temp))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Removes one path; a folder only when nothing is left in it. Links are removed, never followed. */
export async function removeTemp(
  { root, path }: TempPath,
  kept: readonly string[],
): Promise<'removed' | 'gone' | { stays: string }> {
  const stat = await lstat(path).catch(() => undefined);
  if (!stat) return 'gone';
  const stays = await whyItStays(root, path, kept);
  if (stays) return { stays };
  try {
    await (stat.isDirectory() ? rmdir(path) : unlink(path));
    return 'removed';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return { stays: 'something came into it meanwhile, and stays' };
    return { stays: `cannot be removed (${code ?? error})` };
  }
}

/** Looked at again right before it is removed: a folder on the way may be a link by now. */
async function whyItStays(root: string, path: string, kept: readonly string[]): Promise<string | undefined> {
  const parent = await realpath(dirname(path)).catch(() => undefined);
  if (parent === undefined) return 'it is gone';
  if (path === root || !isWithin(parent, root) || !isWithin(path, root)) return 'it lies outside of its root';
  if (parent !== dirname(path)) return 'a link leads to it';
  if (/(?:^|\/)\.git(?:\/|$)/.test(path) || (await isAnothersGit(root, path))) return 'git works there';
  const own = kept.find((place) => isWithin(place, path) || isWithin(path, place));
  return own && `it is, or holds, ${own}`;
}

/** Whether the path, or a folder on the way to it, is a git work tree of its own. */
async function isAnothersGit(root: string, path: string): Promise<boolean> {
  for (let folder = path; folder !== root && isWithin(folder, root); folder = dirname(folder)) {
    if (await holdsGit(folder)) return true;
  }
  return false;
}

const holdsGit = (path: string) =>
  lstat(join(path, '.git')).then(
    () => true,
    () => false,
  );

/** Is the path, or anything below it, in git's index? */
async function trackedIn(root: string): Promise<(path: string) => boolean> {
  const repository = await findRepository(root);
  if (!repository) return () => false;
  const { stdout } = await git(['ls-files', '-z', '--full-name'], { cwd: root });
  const tracked = new Set<string>();
  for (const name of stdout.toString('utf8').split('\0').filter(Boolean)) {
    for (let path = join(repository.root, name); path.length > root.length && !tracked.has(path); path = dirname(path))
      tracked.add(path);
  }
  return (path) => tracked.has(path);
}
