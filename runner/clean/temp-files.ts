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

/** Everything that a rule matches now, in order; what lies elsewhere, is kept by git, or belongs to somebody else stays. */
export async function findTemp(rules: readonly TempRule[], kept: readonly string[]): Promise<TempPath[]> {
  const found = new Map<string, TempPath>();
  for (const { root, pattern } of rules) {
    const there = await realpath(root).catch(() => undefined);
    if (!there) continue;
    const isTracked = await trackedIn(there);
    for await (const match of glob(pattern, { cwd: there })) {
      const path = resolve(there, match);
      if (found.has(path)) continue;
      const stays = (await whyItStays(there, path, kept)) ?? (isTracked(path) ? 'git keeps it' : undefined);
      found.set(path, { root: there, path, ...(stays && { stays }) });
    }
  }
  const all = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  // What lies in a folder that goes as a whole needs no line of its own.
  return all.filter(
    ({ path }) => !all.some((other) => !other.stays && other.path !== path && isWithin(path, other.path)),
  );
}

/** Removes a path and all below it. Links are removed, never followed; other file systems are not entered. */
export async function removeTemp(
  { root, path }: TempPath,
  kept: readonly string[],
): Promise<'removed' | 'gone' | { stays: string }> {
  const stat = await lstat(path).catch(() => undefined);
  if (!stat) return 'gone';
  const stays = await whyItStays(root, path, kept);
  if (stays) return { stays };
  try {
    const isWhole = await removeTree(path, (await lstat(root)).dev);
    return isWhole ? 'removed' : { stays: 'part of it is another file system or a git work tree, and stays' };
  } catch (error) {
    return { stays: `cannot be removed (${(error as NodeJS.ErrnoException).code ?? error})` };
  }
}

async function removeTree(path: string, device: number): Promise<boolean> {
  const stat = await lstat(path);
  if (!stat.isDirectory()) {
    await unlink(path);
    return true;
  }
  const names = await readdir(path);
  if (stat.dev !== device || names.includes('.git')) return false;
  let isEmpty = true;
  for (const name of names) isEmpty = (await removeTree(join(path, name), device)) && isEmpty;
  if (isEmpty) await rmdir(path);
  return isEmpty;
}

/** Looked at again right before it is removed: a folder on the way may be a link by now. */
async function whyItStays(root: string, path: string, kept: readonly string[]): Promise<string | undefined> {
  const parent = await realpath(dirname(path)).catch(() => undefined);
  if (parent === undefined) return 'it is gone';
  if (path === root || !isWithin(parent, root) || !isWithin(path, root)) return 'it lies outside of its root';
  if (parent !== dirname(path)) return 'a link leads to it';
  if (/(?:^|\/)\.git(?:\/|$)/.test(path) || (await holdsGit(path))) return 'git works there';
  const own = kept.find((place) => isWithin(place, path) || isWithin(path, place));
  return own && `it is, or holds, ${own}`;
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
