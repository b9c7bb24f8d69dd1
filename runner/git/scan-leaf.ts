import { lstatSync, type Stats } from 'node:fs';
import type { Entry } from './entry.ts';
import type { IndexEntry } from './index-file.ts';
import { readLeaf } from './read-entry.ts';
import { readSmall, smallBytes } from './read-small.ts';
import type { Repository } from './repository.ts';
import { onDisk } from './tree-path.ts';

type Leaf = Entry | { type: 'out-of-reach' } | null;

/** A file that was written less than this before it was read may be written again within one tick of its clock. */
const settledMs = 3000;

interface Known {
  size: number;
  ino: number;
  dev: number;
  mtimeMs: number;
  ctimeMs: number;
  entry: Extract<Entry, { type: 'file' }>;
}

/** The work trees that were read last, path by path; a plan, the look before the first touch and the save come one after another. */
const trees = new Map<string, Map<string, Known>>();
const mostTrees = 4;

/**
 * What a scan knows of each path from earlier ones. A file whose size, place on disk and times are the same, and that had settled
 * when it was read, is not read again. Only scans go by this; what is about to be overwritten is always read.
 */
export function rememberedLeaves({ root }: Repository) {
  const known = trees.get(root) ?? new Map<string, Known>();
  trees.delete(root);
  trees.set(root, known);
  for (const oldest of trees.keys()) {
    if (trees.size <= mostTrees) break;
    trees.delete(oldest);
  }
  return {
    known(path: string, stats: Stats): Entry | undefined {
      const before = stats.isFile() ? known.get(path) : undefined;
      return before && isSame(before, stats) ? { ...before.entry, mode: stats.mode & 0o7777 } : undefined;
    },
    read(repository: Repository, path: string, stats: Stats): Leaf | Promise<Leaf> {
      if (!stats.isFile()) return readLeaf(repository, onDisk(root, path), stats);
      known.delete(path);
      const readAt = Date.now();
      const leaf = stats.size <= smallBytes ? readSmall(repository, onDisk(root, path), stats) : undefined;
      if (leaf !== undefined) return keep(path, stats, readAt, leaf);
      return readLeaf(repository, onDisk(root, path), stats).then((read) => keep(path, stats, readAt, read));
    },
    /** Forgets the paths that are gone. */
    only(paths: ReadonlyMap<string, Entry>): void {
      for (const path of known.keys()) if (!paths.has(path)) known.delete(path);
    },
  };

  function keep(path: string, stats: Stats, readAt: number, leaf: Leaf): Leaf {
    const isSettled = Math.max(stats.ctimeMs, stats.mtimeMs) < readAt - settledMs;
    if (isSettled && leaf?.type === 'file') {
      const { size, ino, dev, mtimeMs, ctimeMs } = stats;
      known.set(path, { size, ino, dev, mtimeMs, ctimeMs, entry: leaf });
    }
    return leaf;
  }
}

/**
 * Does a file hold the bytes that the index has of it? git's own rule, and stricter: written in the same instant as the index, or
 * empty there, proves nothing.
 */
export function isAsStaged({ mode, isIntent, seen }: IndexEntry, stats: Stats, writtenMs: number): boolean {
  return (
    seen !== undefined &&
    !isIntent &&
    stats.isFile() &&
    mode.startsWith('100') &&
    seen.size !== 0 &&
    seen.size === stats.size &&
    seen.ino === stats.ino >>> 0 &&
    seen.mtimeMs === stats.mtimeMs &&
    seen.ctimeMs === stats.ctimeMs &&
    Math.max(stats.mtimeMs, stats.ctimeMs) < writtenMs
  );
}

function isSame(known: Known, stats: Stats): boolean {
  return (
    known.size === stats.size &&
    known.ino === stats.ino &&
    known.dev === stats.dev &&
    known.mtimeMs === stats.mtimeMs &&
    known.ctimeMs === stats.ctimeMs
  );
}

/** lstat at once; undefined when nothing is there. */
export const lookAtOnce = (at: string | Buffer): Stats | undefined => lstatSync(at, { throwIfNoEntry: false });
