import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { Entry } from './entry.ts';
import { readLeaf } from './read-entry.ts';
import type { Repository } from './repository.ts';
import { onDisk } from './tree-path.ts';

type Leaf = Awaited<ReturnType<typeof readLeaf>>;

/** Files up to this are read at once: for many small ones that is several times as fast as waiting for each. */
const smallBytes = 256 * 1024;
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** One after another: the work is never interleaved, so one buffer serves all. */
const buffer = Buffer.allocUnsafeSlow(smallBytes + 1);

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
    read(repository: Repository, path: string, stats: Stats): Leaf | Promise<Leaf> {
      if (!stats.isFile()) return readLeaf(repository, onDisk(root, path), stats);
      const before = known.get(path);
      if (before && isSame(before, stats)) return { ...before.entry, mode: stats.mode & 0o7777 };
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

function isSame(known: Known, stats: Stats): boolean {
  return (
    known.size === stats.size &&
    known.ino === stats.ino &&
    known.dev === stats.dev &&
    known.mtimeMs === stats.mtimeMs &&
    known.ctimeMs === stats.ctimeMs
  );
}

/** Undefined when it is not as simple as that: moving, gone, not readable. Then the careful way decides. */
function readSmall({ objectFormat }: Repository, at: Buffer, { size }: Stats): Leaf | undefined {
  let file: number;
  try {
    file = openSync(at, flags);
  } catch {
    return undefined;
  }
  try {
    const read = readSync(file, buffer, 0, size + 1, 0);
    const after = fstatSync(file);
    if (read !== size || after.size !== size || !after.isFile()) return undefined;
    // Rewritten in this very moment, perhaps.
    if (after.mtimeMs > Date.now() - 50) return undefined;
    const hash = createHash(objectFormat).update(`blob ${size}\0`).update(buffer.subarray(0, size)).digest('hex');
    return { type: 'file', oid: hash, mode: after.mode & 0o7777 };
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** lstat at once; undefined when nothing is there. */
export const lookAtOnce = (at: Buffer): Stats | undefined => lstatSync(at, { throwIfNoEntry: false });
