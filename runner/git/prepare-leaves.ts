import type { PathChange } from './carry-out.ts';
import { inParallel } from './in-parallel.ts';
import { readBlobs, readSizes } from './objects.ts';
import { look } from './read-entry.ts';
import type { Repository } from './repository.ts';
import { foldersAbove, onDisk } from './tree-path.ts';
import { type LeafTarget, removeTemp, tempPath, writeTemp } from './write-entry.ts';

/** Larger files are written one by one, straight out of git. */
const smallBytes = 1024 * 1024;
const chunkBytes = 32 * 1024 * 1024;
const chunkFiles = 256;

export interface Wanted {
  change: PathChange & { target: LeafTarget };
  tempName: string;
}

/**
 * Pieces of work whose contents fit into memory together. Many small files are read by one git and brought to the disk side by
 * side: waiting for each alone takes ten times as long.
 */
export async function inChunks(repository: Repository, wanted: readonly Wanted[]): Promise<Wanted[][]> {
  const sizes = await readSizes(
    repository,
    wanted.map(({ change }) => change.target.oid),
  );
  const chunks: Wanted[][] = [];
  let bytes = 0;
  for (const one of wanted) {
    const size = sizes.get(one.change.target.oid) ?? Number.POSITIVE_INFINITY;
    if (size > smallBytes) continue;
    const last = chunks.at(-1);
    if (!last || bytes + size > chunkBytes || last.length === chunkFiles) {
      chunks.push([one]);
      bytes = size;
    } else {
      last.push(one);
      bytes += size;
    }
  }
  return chunks;
}

/**
 * Writes the temp files of a chunk, each beside its place, and answers the paths that have one. Left out: what is not in a folder
 * that is there already. Nothing but temp files is written.
 */
export async function prepareLeaves(repository: Repository, chunk: readonly Wanted[]): Promise<Set<string>> {
  const blobs = await readBlobs(
    repository,
    chunk.map(({ change }) => change.target.oid),
  );
  const prepared = new Set<string>();
  await inParallel(chunk, async ({ change: { path, target }, tempName }) => {
    const bytes = blobs.get(target.oid);
    if (!bytes || !hasFolder(repository, path)) return;
    await writeTemp(repository, { path, target, tempName }, bytes);
    prepared.add(path);
  });
  return prepared;
}

/** After a stop in the middle: no temp file stays. */
export function removeTemps({ root }: Repository, chunk: readonly Wanted[]): void {
  for (const { change, tempName } of chunk) removeTemp(onDisk(root, tempPath(change.path, tempName)));
}

function hasFolder({ root }: Repository, path: string): boolean {
  for (const folder of foldersAbove(path)) {
    if (!look(onDisk(root, folder))?.isDirectory()) return false;
  }
  return true;
}
