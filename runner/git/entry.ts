import { z } from 'zod';
import { comparePaths } from './tree-path.ts';

const Oid = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);

/**
 * What is at one path: the raw bytes as a git blob id (no line-end conversion, no filter) and, for a file, its permission bits.
 * A folder is an entry only while it is empty. A repository inside the work tree is named, never read into or touched.
 */
export const Entry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file'), oid: Oid, mode: z.int().min(0).max(0o7777) }),
  z.object({ type: z.literal('symlink'), oid: Oid }),
  z.object({ type: z.literal('folder'), mode: z.int().min(0).max(0o7777) }),
  z.object({
    type: z.literal('repository'),
    submodule: z.boolean(),
    head: Oid.nullable(),
    /** Of a submodule: what its files are, so that a change within is seen. */
    fingerprint: z.string().nullable(),
  }),
]);
export type Entry = z.infer<typeof Entry>;

/** All that is on disk at one moment, ignored files aside. */
export interface TreeState {
  entries: ReadonlyMap<string, Entry>;
  /** Every folder, empty or not. */
  folders: ReadonlySet<string>;
}

export function sameEntry(a: Entry | null, b: Entry | null): boolean {
  if (a === null || b === null) return a === b;
  switch (a.type) {
    case 'file':
      return b.type === 'file' && a.oid === b.oid && a.mode === b.mode;
    case 'symlink':
      return b.type === 'symlink' && a.oid === b.oid;
    case 'folder':
      return b.type === 'folder';
    case 'repository':
      return b.type === 'repository' && a.head === b.head && a.fingerprint === b.fingerprint;
    default:
      return a satisfies never;
  }
}

/** A folder that merely became empty, or stopped being so, is no change of its own. */
export function samePath(a: TreeState, b: TreeState, path: string): boolean {
  const [inA, inB] = [a.entries.get(path) ?? null, b.entries.get(path) ?? null];
  if (inA === null && inB?.type === 'folder') return a.folders.has(path);
  if (inB === null && inA?.type === 'folder') return b.folders.has(path);
  return sameEntry(inA, inB);
}

/** Of two states, the paths that are not the same in both. */
export function differingPaths(a: TreeState, b: TreeState): string[] {
  const all = new Set([...a.entries.keys(), ...b.entries.keys()]);
  return [...all].filter((path) => !samePath(a, b, path)).sort(comparePaths);
}

export function isExecutable(mode: number): boolean {
  return (mode & 0o100) !== 0;
}
