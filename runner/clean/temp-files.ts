import { glob, lstat, readdir, realpath, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isWithin } from '../real-place.ts';
import { trackedPaths } from './tracked-paths.ts';

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
    const isTracked = trackedPaths(there);
    const add = async (path: string): Promise<void> => {
      if (found.has(path)) return;
      const stat = await lstat(path).catch(() => undefined);
      if (!stat) return;
      const stays = await whyItStays({ root: there, path, kept, isTracked });
      found.set(path, { root: there, path, ...(stays && { stays }) });
      if (stays || !stat.isDirectory()) return;
      const names = await readdir(path).catch((error: NodeJS.ErrnoException) => error);
      // It went meanwhile, or nobody may look into it.
      if (names instanceof Error) {
        if (names.code === 'ENOENT') found.delete(path);
        else found.set(path, { root: there, path, stays: `it cannot be read (${names.code ?? names.message})` });
        return;
      }
      for (const name of names) await add(join(path, name));
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

export interface Removal {
  removed: number;
  /** Somebody else removed them first, or this run did before it was killed. */
  gone: string[];
  stay: { path: string; why: string }[];
}

/**
 * Removes paths, each looked at once more right before: what lies in a folder goes before the folder, and a folder only when
 * nothing is left in it. Links are removed, never followed.
 */
export async function removeTemp(temp: readonly TempPath[], kept: readonly string[]): Promise<Removal> {
  const removal: Removal = { removed: 0, gone: [], stay: [] };
  const askers = new Map<string, IsTracked>();
  for (const { root, path } of temp.toReversed()) {
    const isTracked = askers.get(root) ?? trackedPaths(root);
    askers.set(root, isTracked);
    const one = await removeOne({ root, path, kept, isTracked });
    if (one === 'removed') removal.removed += 1;
    else if (one === 'gone') removal.gone.push(path);
    else removal.stay.push({ path, why: one.why });
  }
  return removal;
}

async function removeOne(one: Asked): Promise<'removed' | 'gone' | { why: string }> {
  const { path } = one;
  const stat = await lstat(path).catch(() => undefined);
  if (!stat) return 'gone';
  const why = await whyItStays(one);
  if (why) return { why };
  try {
    await (stat.isDirectory() ? rmdir(path) : unlink(path));
    return 'removed';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return { why: 'something came into it meanwhile, and stays' };
    return code === 'ENOENT' ? 'gone' : { why: `cannot be removed (${code ?? error})` };
  }
}

type IsTracked = ReturnType<typeof trackedPaths>;
interface Asked {
  root: string;
  path: string;
  kept: readonly string[];
  isTracked: IsTracked;
}

/** A pattern never leads out of its root; where it does after all, or a folder on the way is a link by now, nothing goes. */
async function whyItStays({ root, path, kept, isTracked }: Asked): Promise<string | undefined> {
  const parent = await realpath(dirname(path)).catch(() => undefined);
  if (parent === undefined) return 'it is gone';
  if (path === root || !isWithin(parent, root) || !isWithin(path, root)) return 'it lies outside of its root';
  if (parent !== dirname(path)) return 'a link leads to it';
  if ((await deviceOf(path)) !== (await deviceOf(root))) return 'it is another file system';
  if (/(?:^|\/)\.git(?:\/|$)/.test(path) || (await isAnothersGit(root, path))) return 'git works there';
  const own = kept.find((place) => isWithin(place, path) || isWithin(path, place));
  if (own) return `it is, or holds, ${own}`;
  try {
    return (await isTracked(path)) ? 'git keeps it' : undefined;
  } catch (error) {
    return `git does not say whether it keeps it (${error instanceof Error ? error.message : error})`;
  }
}

const deviceOf = async (path: string) => (await lstat(path).catch(() => undefined))?.dev;

/** Whether the path, or a folder on the way to it, is a git work tree of its own, or a repository without one. */
async function isAnothersGit(root: string, path: string): Promise<boolean> {
  for (let folder = path; folder !== root && isWithin(folder, root); folder = dirname(folder)) {
    if ((await isThere(join(folder, '.git'))) || (await isBare(folder))) return true;
  }
  return isBare(root);
}

async function isBare(folder: string): Promise<boolean> {
  for (const name of ['HEAD', 'objects', 'refs']) if (!(await isThere(join(folder, name)))) return false;
  return true;
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );
