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
import { isAsStaged, lookAtOnce, rememberedLeaves } from './scan-leaf.ts';
import { sortTracked, type Tracked } from './tracked.ts';
import { comparePaths, diskPlace, foldersAbove, isDotGit, onDisk, pathFromBytes } from './tree-path.ts';

export interface Scan extends TreeState {
  entries: Map<string, Entry>;
  folders: Set<string>;
  /** Permission bits of the folders that were met. */
  folderModes: Map<string, number>;
  /** Listed, never touched: pipes, sockets, devices, what may not be read, and names that git cannot store. */
  outOfReach: string[];
  ignoredRoots: string[];
  /** The staged state that it was read beside. */
  index: IndexFile;
}

interface Met {
  path: string;
  name: string;
  stats: Stats;
}

interface Walk {
  repository: Repository;
  tracked: Tracked;
  /** Known once git has answered; it covers nothing that is tracked. */
  ignored: ReadonlySet<string> | undefined;
  /** Not tracked, and met before that. */
  later: Met[];
  scan: Scan;
  remembered: ReturnType<typeof rememberedLeaves>;
  /** Files are as the index says when they look so; undefined where what it holds may be converted. */
  indexWrittenMs: number | undefined;
  /** Taken over from the index. */
  trusted: string[];
  unread: { path: string; stats: Stats }[];
  /** How many of the tracked files were met. */
  met: number;
  /** There are attributes that git does not track yet. */
  hasAttributes: boolean;
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
  const asked = readIgnoredRoots(repository);
  // Awaited below; where something else fails first, that is what is said.
  asked.catch(() => undefined);
  const [converts, { index, tracked }] = await Promise.all([mayConvert(repository), readTracked(repository, known)]);
  const scan: Scan = {
    entries: new Map(),
    folders: new Set(),
    folderModes: new Map(),
    outOfReach: [],
    ignoredRoots: [],
    index,
  };
  const remembered = rememberedLeaves(repository);
  const walk: Walk = {
    repository,
    tracked,
    ignored: undefined,
    later: [],
    scan,
    remembered,
    indexWrittenMs: converts || tracked.hasAttributes ? undefined : index.writtenMs,
    trusted: [],
    unread: [],
    met: 0,
    hasAttributes: false,
  };
  // What is tracked is looked at while git still looks for what is ignored.
  await walkFolder(walk, '');
  scan.ignoredRoots = await asked;
  walk.ignored = new Set(scan.ignoredRoots);
  for (const met of walk.later) await meet(walk, met);
  if (walk.hasAttributes) for (const path of walk.trusted) doubt(walk, path);
  const read = await inParallel(walk.unread, async ({ path, stats }) => {
    if (turns() === 0) await nextTurn();
    return remembered.read(repository, path, stats);
  });
  for (const [index, { path }] of walk.unread.entries()) note(scan, path, read[index] ?? null);
  remembered.only(scan.entries);
  // Tracked files inside an ignored folder, and those that the caller must know about, were not walked over.
  const unseen = new Set<string>();
  const lookFor = (path: string) => {
    if (!scan.entries.has(path) && !scan.folders.has(path)) unseen.add(path);
  };
  if (!tracked.isWhole || walk.met < tracked.files.size) {
    for (const { path, mode } of index.entries) if (mode !== '160000') lookFor(path);
  }
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
  return { index, tracked: sortTracked(index.entries) };
}

async function walkFolder(walk: Walk, folder: string): Promise<void> {
  const { repository, tracked, scan, ignored } = walk;
  const place = diskPlace(repository.root, folder);
  const names = namesIn(place);
  if (!names) {
    scan.outOfReach.push(folder);
    return;
  }
  for (const name of names) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (turns() === 0) await nextTurn();
    const isText = typeof place === 'string' && name.isWellFormed();
    const stats = lookAtOnce(isText ? `${place}/${name}` : onDisk(repository.root, path));
    if (!stats) continue;
    const isTracked = stats.isDirectory() ? tracked.folders.has(path) : tracked.all.has(path);
    if (ignored || isTracked) await meet(walk, { path, name, stats });
    else walk.later.push({ path, name, stats });
  }
  if (folder !== '' && names.length === 0) {
    const stats = look(onDisk(repository.root, folder));
    if (stats) scan.entries.set(folder, { type: 'folder', mode: stats.mode & 0o7777 });
  }
}

async function meet(walk: Walk, { path, name, stats }: Met): Promise<void> {
  const { repository, tracked, scan, ignored } = walk;
  if (stats.isDirectory()) {
    scan.folders.add(path);
    scan.folderModes.set(path, stats.mode & 0o7777);
  }
  if (ignored?.has(path)) return;
  if (isDotGit(name)) {
    if (path !== '.git') scan.outOfReach.push(path);
  } else if (!stats.isDirectory()) {
    // git refuses to store this one link, lest it be read from elsewhere.
    if (stats.isSymbolicLink() && name.toLowerCase() === '.gitmodules') scan.outOfReach.push(path);
    else meetLeaf(walk, path, stats);
  } else {
    const inner = tracked.folders.has(path) ? undefined : await readInnerRepository(repository, tracked, path);
    if (inner) scan.entries.set(path, inner);
    else await walkFolder(walk, path);
  }
}

/** Settled at once where it is known already, so that nothing but its entry is kept of most files. */
function meetLeaf(walk: Walk, path: string, stats: Stats): void {
  const { tracked, scan, remembered, indexWrittenMs } = walk;
  const staged = tracked.files.get(path);
  if (staged) walk.met += 1;
  else if (isAttributesFile(path)) walk.hasAttributes = true;
  if (staged && indexWrittenMs !== undefined && isAsStaged(staged, stats, indexWrittenMs)) {
    // Of two equal texts the index's own is the one that is known by its hash already.
    scan.entries.set(staged.path, { type: 'file', oid: staged.oid, mode: stats.mode & 0o7777 });
    walk.trusted.push(staged.path);
    return;
  }
  const known = remembered.known(path, stats);
  if (known) scan.entries.set(path, known);
  else walk.unread.push({ path, stats });
}

/** What the index says of it may not be its bytes, after all. */
function doubt({ repository, scan, remembered, unread }: Walk, path: string): void {
  scan.entries.delete(path);
  const stats = look(onDisk(repository.root, path));
  const known = stats && remembered.known(path, stats);
  if (known) scan.entries.set(path, known);
  else if (stats) unread.push({ path, stats });
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
