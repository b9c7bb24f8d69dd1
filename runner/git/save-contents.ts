import { readlink, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { type Entry, isExecutable } from './entry.ts';
import { GitRefusal, nameSome } from './git-refusal.ts';
import { listIgnored } from './ignored.ts';
import { allEnded, inParallel } from './in-parallel.ts';
import { type BlobSource, findMissing, storeBlobs, type TreeItem } from './objects.ts';
import { look, openToRead, readLeaf } from './read-entry.ts';
import type { Repository } from './repository.ts';
import type { Scan } from './scan.ts';
import type { ListedIgnored, SnapshotListing } from './snapshot-details.ts';
import { sortTracked } from './tracked.ts';
import { onDisk } from './tree-path.ts';

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

const squeeze = promisify(deflateRaw);

/** Above this, what is stored stays in the pack that it was written to. */
const largeBytes = 8 * 1024 ** 2;

type Leaf = Extract<Entry, { type: 'file' | 'symlink' }>;
type Named<T> = { path: string; entry: T };

/**
 * What there is to save, and what of it the repository does not hold yet; `notHeld` are those of the index that it does not.
 * Refused when that is too much.
 */
export async function sortFiles(
  repository: Repository,
  scan: Scan,
  notHeld: ReadonlySet<string>,
  limits: Partial<SaveLimits> = {},
) {
  const leaves: Named<Leaf>[] = [];
  const others: [string, Entry][] = [];
  for (const [path, entry] of scan.entries) {
    if (entry.type === 'file' || entry.type === 'symlink') leaves.push({ path, entry });
    else others.push([path, entry]);
  }
  const { all } = sortTracked(scan.index.entries);
  const unknown = leaves.filter(({ path, entry }) => all.get(path)?.oid !== entry.oid);
  const lacking = await findMissing(
    repository,
    unknown.map(({ entry }) => entry.oid),
  );
  const isMissing = ({ entry }: Named<Leaf>) => lacking.has(entry.oid) || notHeld.has(entry.oid);
  const missing = lacking.size + notHeld.size === 0 ? [] : leaves.filter(isMissing);
  const bytes = await assertRoom(repository, missing, { ...usualLimits, ...limits }.newBytes);
  return { leaves, missing, bytes, others, modes: listModes(leaves, scan.folderModes) };
}

type Sorted = Awaited<ReturnType<typeof sortFiles>>;

/** Stores what is missing. The scan's ids are corrected to the bytes that were really stored. */
export async function storeFiles(repository: Repository, { leaves, missing, bytes, others }: Sorted) {
  const corrected = new Map<string, string>();
  const isLarge = bytes > largeBytes;
  const store = async (some: readonly Named<Leaf>[], shrinks: boolean) => {
    const sources = await inParallel(some, async ({ path, entry }): Promise<BlobSource> => {
      return entry.type === 'file' ? { path } : { bytes: await readlink(onDisk(repository.root, path), 'buffer') };
    });
    const oids = await storeBlobs(repository, sources, { isLarge, shrinks });
    for (const [index, { path }] of some.entries()) corrected.set(path, oids[index] ?? '');
  };
  const shrinking = isLarge && (await inParallel(missing, ({ path, entry }) => shrinks(repository, path, entry)));
  const [loose, dense] = [true, false].map((does) =>
    missing.filter((_, index) => !shrinking || shrinking[index] === does),
  );
  await allEnded([store(loose ?? [], true), ...(isLarge ? [store(dense ?? [], false)] : [])]);
  const stored = leaves.map(({ path, entry }) => {
    const oid = corrected.get(path);
    return { path, entry: oid === undefined ? entry : { ...entry, oid } };
  });
  const repositories = others.flatMap(([path, entry]) =>
    entry.type === 'repository' && entry.head ? [{ path, mode: '160000' as const, oid: entry.head }] : [],
  );
  return [...stored.map(treeItem), ...repositories];
}

const sampleBytes = 32 * 1024;

/** Pictures, archives, models: compressing them takes most of the time, and wins nothing. A piece of the middle tells. */
async function shrinks({ root }: Repository, path: string, { type }: Leaf): Promise<boolean> {
  if (type !== 'file') return true;
  try {
    await using file = await openToRead(onDisk(root, path));
    const { size } = await file.stat();
    if (size < sampleBytes) return true;
    const sample = Buffer.alloc(sampleBytes);
    const { bytesRead } = await file.read(sample, 0, sampleBytes, Math.floor((size - sampleBytes) / 2));
    return (await squeeze(sample.subarray(0, bytesRead), { level: 1 })).length < bytesRead * 0.95;
  } catch {
    // Gone, or not to be read any more: storing it will say so.
    return true;
  }
}

async function assertRoom(repository: Repository, missing: readonly Named<Leaf>[], mostBytes: number): Promise<number> {
  const sizes = await inParallel(missing, async ({ path }) => ({
    path,
    bytes: look(onDisk(repository.root, path))?.size ?? 0,
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
function listModes(
  leaves: readonly Named<Leaf>[],
  folders: ReadonlyMap<string, number>,
): Pick<SnapshotListing, 'usualMode' | 'modes' | 'folderModes'> {
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
  const ofFolders = Map.groupBy(folders.values(), (mode) => mode);
  const [folder] = [...ofFolders].sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  return {
    usualMode: { ...usualMode, ...(folder !== undefined && { folder }) },
    modes,
    folderModes: [...folders].filter(([, mode]) => mode !== folder),
  };
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
    const stats = isRead ? look(at) : undefined;
    const entry = stats ? await readLeaf(repository, at, stats) : null;
    if (entry?.type !== 'file' && entry?.type !== 'symlink') return { path, bytes, content: null };
    const { type, oid } = entry;
    return { path, bytes, content: { oid, type, mode: entry.type === 'file' ? entry.mode : 0 } };
  });
}

/** Stores bytes that are at hand, as files of these names. */
export async function storeRecords(repository: Repository, records: ReadonlyMap<string, Buffer>): Promise<TreeItem[]> {
  const sources = [...records.values()].map((bytes) => ({ bytes }));
  const oids = await storeBlobs(repository, sources);
  return [...records.keys()].map((path, index) => ({ path, mode: '100644', oid: oids[index] ?? '' }));
}
