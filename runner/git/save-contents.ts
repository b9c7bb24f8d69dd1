import { readlink, statfs } from 'node:fs/promises';
import { type Entry, isExecutable } from './entry.ts';
import { git } from './git-process.ts';
import { GitRefusal, nameSome } from './git-refusal.ts';
import { listIgnored } from './ignored.ts';
import { inParallel } from './in-parallel.ts';
import { type BlobSource, readSizes, storeBlobs, type TreeItem } from './objects.ts';
import { look, readLeaf } from './read-entry.ts';
import type { Repository } from './repository.ts';
import type { Scan } from './scan.ts';
import type { ListedIgnored, SnapshotListing } from './snapshot-details.ts';
import { onDisk, splitNul } from './tree-path.ts';

export interface SaveLimits {
  /** Most bytes that one save may add to the repository; above it the save is refused. */
  newBytes: number;
  /** An ignored file above this is listed and not read; so is what goes beyond the total or the count. */
  ignoredFileBytes: number;
  ignoredTotalBytes: number;
  ignoredFiles: number;
}

const usualLimits: SaveLimits = {
  newBytes: 4 * 1024 ** 3,
  ignoredFileBytes: 1024 ** 2,
  ignoredTotalBytes: 32 * 1024 ** 2,
  ignoredFiles: 2000,
};

/** Above this, what is stored stays in the pack that it was written to. */
const largeBytes = 8 * 1024 ** 2;

type Leaf = Extract<Entry, { type: 'file' | 'symlink' }>;
type Named<T> = { path: string; entry: T };

/** Stores what the repository does not hold yet. The scan's ids are corrected to the bytes that were really stored. */
export async function saveFiles(repository: Repository, scan: Scan, limits: Partial<SaveLimits> = {}) {
  const leaves: Named<Leaf>[] = [];
  const others: [string, Entry][] = [];
  for (const [path, entry] of scan.entries) {
    if (entry.type === 'file' || entry.type === 'symlink') leaves.push({ path, entry });
    else others.push([path, entry]);
  }
  const { newBytes } = { ...usualLimits, ...limits };
  const stored = await storeLeaves(repository, leaves, newBytes);
  const repositories = others.flatMap(([path, entry]) =>
    entry.type === 'repository' && entry.head ? [{ path, mode: '160000' as const, oid: entry.head }] : [],
  );
  return { items: [...stored.map(treeItem), ...repositories], others, modes: listModes(stored) };
}

async function storeLeaves(
  repository: Repository,
  leaves: readonly Named<Leaf>[],
  mostBytes: number,
): Promise<Named<Leaf>[]> {
  const there = await readSizes(
    repository,
    leaves.map(({ entry }) => entry.oid),
  );
  const missing = leaves.filter(({ entry }) => !there.has(entry.oid));
  const bytes = await assertRoom(repository, missing, mostBytes);
  const sources = await inParallel(missing, async ({ path, entry }): Promise<BlobSource> => {
    return entry.type === 'file' ? { path } : { bytes: await readlink(onDisk(repository.root, path), 'buffer') };
  });
  const oids = await storeBlobs(repository, sources, { isLarge: bytes > largeBytes });
  const corrected = new Map(missing.map(({ path }, index) => [path, oids[index]]));
  return leaves.map(({ path, entry }) => ({ path, entry: { ...entry, oid: corrected.get(path) ?? entry.oid } }));
}

async function assertRoom(repository: Repository, missing: readonly Named<Leaf>[], mostBytes: number): Promise<number> {
  const sizes = await inParallel(missing, async ({ path }) => ({
    path,
    bytes: (await look(onDisk(repository.root, path)))?.size ?? 0,
  }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > mostBytes) {
    const largest = sizes.sort((a, b) => b.bytes - a.bytes).slice(0, 10);
    const names = nameSome(largest.map(({ path }) => path));
    throw new GitRefusal('too_large', `${total} bytes are not saved yet, ${mostBytes} are allowed: ${names}`, {
      largest,
    });
  }
  const disk = await statfs(repository.commonDir);
  if (disk.bavail * disk.bsize < total) {
    throw new GitRefusal('disk_full', `Saving needs ${total} bytes on this disk`, { folder: repository.commonDir });
  }
  return total;
}

function treeItem({ path, entry }: Named<Leaf>): TreeItem {
  const mode = entry.type === 'symlink' ? '120000' : isExecutable(entry.mode) ? '100755' : '100644';
  return { path, mode, oid: entry.oid };
}

/** A git tree knows one permission bit; the rest is listed, by exception from what nearly all files have. */
function listModes(leaves: readonly Named<Leaf>[]): Pick<SnapshotListing, 'usualMode' | 'modes'> {
  const counts = new Map<number, number>();
  for (const { entry } of leaves) {
    if (entry.type === 'file') counts.set(entry.mode, (counts.get(entry.mode) ?? 0) + 1);
  }
  const usual = (executable: boolean, otherwise: number) =>
    [...counts].filter(([mode]) => isExecutable(mode) === executable).sort((a, b) => b[1] - a[1])[0]?.[0] ?? otherwise;
  const usualMode = { plain: usual(false, 0o644), executable: usual(true, 0o755) };
  const modes = leaves.flatMap(({ path, entry }): [string, number][] => {
    if (entry.type !== 'file') return [];
    const expected = isExecutable(entry.mode) ? usualMode.executable : usualMode.plain;
    return entry.mode === expected ? [] : [[path, entry.mode]];
  });
  return { usualMode, modes };
}

/** Lists the ignored files, and says what those within the limits are. Nothing of them is stored. */
export async function describeIgnored(
  repository: Repository,
  roots: readonly string[],
  changed: Partial<SaveLimits> = {},
): Promise<ListedIgnored[]> {
  const limits = { ...usualLimits, ...changed };
  let [bytesLeft, filesLeft] = [limits.ignoredTotalBytes, limits.ignoredFiles];
  const listed = (await listIgnored(repository, roots)).map((file) => {
    const { path, bytes } = file;
    const isRead = !path.endsWith('/') && bytes <= limits.ignoredFileBytes && bytes <= bytesLeft && filesLeft > 0;
    if (isRead) [bytesLeft, filesLeft] = [bytesLeft - bytes, filesLeft - 1];
    return { ...file, isRead };
  });
  return inParallel(listed, async ({ path, bytes, isRead }) => {
    const at = onDisk(repository.root, path);
    const stats = isRead ? await look(at) : undefined;
    const entry = stats ? await readLeaf(repository, at, stats) : null;
    if (entry?.type !== 'file' && entry?.type !== 'symlink') return { path, bytes, content: null };
    const { type, oid } = entry;
    return { path, bytes, content: { oid, type, mode: entry.type === 'file' ? entry.mode : 0 } };
  });
}

export async function readStages({ root }: Repository) {
  const { stdout } = await git(['ls-files', '-z', '--unmerged'], { cwd: root });
  return splitNul(stdout).map((line) => {
    const [mode, oid = '', stage = ''] = line.slice(0, line.indexOf('\t')).split(' ');
    return { mode: mode as TreeItem['mode'], oid, stage, path: line.slice(line.indexOf('\t') + 1) };
  });
}

/** Stores bytes that are at hand, as files of these names. */
export async function storeRecords(repository: Repository, records: ReadonlyMap<string, Buffer>): Promise<TreeItem[]> {
  const sources = [...records.values()].map((bytes) => ({ bytes }));
  const oids = await storeBlobs(repository, sources);
  return [...records.keys()].map((path, index) => ({ path, mode: '100644', oid: oids[index] ?? '' }));
}
