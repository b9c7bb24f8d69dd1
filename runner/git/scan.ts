import { readdirSync, type Stats } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hashOfJson } from '../hash.ts';
import { isAttributesFile, mayConvert } from './conversions.ts';
import type { Entry, TreeState } from './entry.ts';
import { GitRefusal } from './git-refusal.ts';
import { readIgnoredRoots } from './ignored.ts';
import { inParallel } from './in-parallel.ts';
import { type IndexFile, readIndexFile } from './index-file.ts';
import { look, readEntry } from './read-entry.ts';
import { openRepository, type Repository, readHead } from './repository.ts';
import { lookAtOnce, rememberedLeaves } from './scan-leaf.ts';
import { comparePaths, diskPlace, foldersAbove, isDotGit, onDisk, parentOf, pathFromBytes } from './tree-path.ts';

export interface Scan extends TreeState {
  entries: Map<string, Entry>;
  folders: Set<string>;
  /** Listed, never touched: pipes, sockets, devices, what may not be read, and names that git cannot store. */
  outOfReach: string[];
  ignoredRoots: string[];
  /** The staged state that it was read beside. */
  index: IndexFile;
}

type SeenLeaf = { path: string; stats: Stats };

interface Tracked {
  folders: Set<string>;
  submodules: Set<string>;
}

/**
 * Reads what is on disk and writes nothing. Bytes are hashed as they are: index flags (assume-unchanged, skip-worktree,
 * intent-to-add), line-end conversion and filters play no part. A file that looks, to its last nanosecond, as it did when git read
 * it is not read again, as in `git status`, unless some setting converts contents on their way into the index. `also` names paths
 * to look at even when they are ignored.
 */
export async function scanWorkTree(
  repository: Repository,
  also: Iterable<string> = [],
  known?: IndexFile,
): Promise<Scan> {
  // What the index says is sorted while git is still answering.
  const [ignoredRoots, converts, { index, tracked, hasAttributes }] = await Promise.all([
    readIgnoredRoots(repository),
    mayConvert(repository),
    readTracked(repository, known),
  ]);
  const scan: Scan = { entries: new Map(), folders: new Set(), outOfReach: [], ignoredRoots, index };
  const leaves: SeenLeaf[] = [];
  await walkFolder(repository, tracked, new Set(ignoredRoots), scan, leaves, '');
  const isRaw = !converts && !hasAttributes && !leaves.some(({ path }) => isAttributesFile(path));
  const remembered = rememberedLeaves(repository, isRaw ? index : undefined);
  // Those that are known already take no turn of their own.
  const unread: SeenLeaf[] = [];
  for (const leaf of leaves) {
    const known = remembered.known(leaf.path, leaf.stats);
    if (known) scan.entries.set(leaf.path, known);
    else unread.push(leaf);
  }
  const read = await inParallel(unread, async ({ path, stats }) => {
    if (turns() === 0) await nextTurn();
    return remembered.read(repository, path, stats);
  });
  for (const [index, { path }] of unread.entries()) note(scan, path, read[index] ?? null);
  remembered.only(scan.entries);
  // Tracked files inside an ignored folder, and those that the caller must know about, were not walked over.
  const unseen = new Set<string>();
  const lookFor = (path: string) => {
    if (!scan.entries.has(path) && !scan.folders.has(path)) unseen.add(path);
  };
  for (const { path, mode } of index.entries) if (mode !== '160000') lookFor(path);
  for (const path of also) lookFor(path);
  const paths = [...unseen];
  const found = await inParallel(paths, (path) => readEntry(repository, path));
  for (const [index, path] of paths.entries()) {
    const entry = found[index] ?? null;
    if (entry?.type === 'full') continue;
    note(scan, path, entry);
    if (entry) for (const folder of foldersAbove(path)) scan.folders.add(folder);
  }
  return scan;
}

/** Whatever else this process has to do gets its turn every so many files. */
const filesATurn = 200;
let counted = 0;
const turns = () => {
  counted = (counted + 1) % filesATurn;
  return counted;
};

function note(scan: Scan, path: string, entry: Entry | { type: 'out-of-reach' } | null): void {
  if (entry?.type === 'out-of-reach') scan.outOfReach.push(path);
  else if (entry) scan.entries.set(path, entry);
}

async function readTracked(repository: Repository, known: IndexFile | undefined) {
  const index = known ?? (await readIndexFile(repository));
  const paths = index.entries.map(({ path }) => path);
  const tracked: Tracked = { folders: foldersOf(paths), submodules: new Set() };
  for (const { path, mode } of index.entries) if (mode === '160000') tracked.submodules.add(path);
  return { index, tracked, hasAttributes: paths.some(isAttributesFile) };
}

async function walkFolder(
  repository: Repository,
  tracked: Tracked,
  ignored: ReadonlySet<string>,
  scan: Scan,
  leaves: SeenLeaf[],
  folder: string,
): Promise<void> {
  const names = namesIn(folder === '' ? repository.root : diskPlace(repository.root, folder));
  if (!names) {
    scan.outOfReach.push(folder);
    return;
  }
  for (const name of names) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (turns() === 0) await nextTurn();
    const stats = lookAtOnce(diskPlace(repository.root, path));
    if (stats?.isDirectory()) scan.folders.add(path);
    if (!stats || ignored.has(path)) continue;
    if (isDotGit(name)) {
      if (folder !== '' || name !== '.git') scan.outOfReach.push(path);
    } else if (!stats.isDirectory()) {
      // git refuses to store this one link, lest it be read from elsewhere.
      if (stats.isSymbolicLink() && name.toLowerCase() === '.gitmodules') scan.outOfReach.push(path);
      else leaves.push({ path, stats });
    } else {
      const inner = tracked.folders.has(path) ? undefined : await readInnerRepository(repository, tracked, path);
      if (inner) scan.entries.set(path, inner);
      else await walkFolder(repository, tracked, ignored, scan, leaves, path);
    }
  }
  if (folder !== '' && names.length === 0) {
    const stats = look(onDisk(repository.root, folder));
    if (stats) scan.entries.set(folder, { type: 'folder', mode: stats.mode & 0o7777 });
  }
}

/** What is in a folder; undefined where it cannot be read. */
function namesIn(at: string | Buffer): string[] | undefined {
  try {
    const names = readdirSync(at);
    // Decoded with a loss, perhaps: then as bytes.
    if (!names.some((name) => name.includes('\ufffd'))) return names;
    return readdirSync(at, { encoding: 'buffer' }).map(pathFromBytes);
  } catch {
    return undefined;
  }
}

/** A submodule, or any other repository inside this one; undefined for an ordinary folder. */
async function readInnerRepository(repository: Repository, tracked: Tracked, path: string): Promise<Entry | undefined> {
  const at = onDisk(repository.root, path);
  if (!look(Buffer.concat([at, Buffer.from('/.git')]))) return undefined;
  const submodule = tracked.submodules.has(path);
  try {
    const inner = await openRepository(at.toString());
    const head = (await readHead(inner)).commit ?? null;
    // Only a submodule belongs to this project; another repository (an agent's own work tree) lives its own life.
    const inside = submodule ? fingerprint(await scanWorkTree(inner)) : null;
    return { type: 'repository', submodule, head, fingerprint: inside };
  } catch (error) {
    if (!(error instanceof GitRefusal)) throw error;
    // A `.git` that git itself overlooks leaves an ordinary folder; one that git cannot read marks a repository all the same.
    return error.code === 'not_the_top' ? undefined : { type: 'repository', submodule, head: null, fingerprint: null };
  }
}

function fingerprint({ entries }: TreeState): string {
  const sorted = [...entries].sort(([a], [b]) => comparePaths(a, b));
  return hashOfJson(sorted);
}

/** The folders that a list of paths implies. */
export function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = parentOf(path); folder !== '' && !folders.has(folder); folder = parentOf(folder)) {
      folders.add(folder);
    }
  }
  return folders;
}
