import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Entry, TreeState } from './entry.ts';
import { git } from './git-process.ts';
import { GitRefusal } from './git-refusal.ts';
import { readIgnoredRoots } from './ignored.ts';
import { inParallel } from './in-parallel.ts';
import { look, readEntry } from './read-entry.ts';
import { openRepository, type Repository, readHead } from './repository.ts';
import { lookAtOnce, rememberedLeaves } from './scan-leaf.ts';
import { comparePaths, foldersAbove, isDotGit, onDisk, parentOf, pathFromBytes, splitNul } from './tree-path.ts';

export interface Scan extends TreeState {
  entries: Map<string, Entry>;
  folders: Set<string>;
  /** Listed, never touched: pipes, sockets, devices, what may not be read, and names that git cannot store. */
  outOfReach: string[];
  ignoredRoots: string[];
}

interface Tracked {
  paths: string[];
  folders: Set<string>;
  submodules: Set<string>;
}

/**
 * Reads what is on disk and writes nothing. Every byte is hashed as it is: index flags (assume-unchanged, skip-worktree,
 * intent-to-add), line-end conversion and filters play no part. `also` names paths to look at even when they are ignored.
 */
export async function scanWorkTree(repository: Repository, also: Iterable<string> = []): Promise<Scan> {
  const [tracked, ignoredRoots] = await Promise.all([readTracked(repository), readIgnoredRoots(repository)]);
  const scan: Scan = { entries: new Map(), folders: new Set(), outOfReach: [], ignoredRoots };
  const leaves: { path: string; stats: Stats }[] = [];
  await walkFolder(repository, tracked, new Set(ignoredRoots), scan, leaves, '');
  const remembered = rememberedLeaves(repository);
  const read = await inParallel(leaves, async ({ path, stats }) => {
    if (turns() === 0) await nextTurn();
    return remembered.read(repository, path, stats);
  });
  for (const [index, { path }] of leaves.entries()) note(scan, path, read[index] ?? null);
  remembered.only(scan.entries);
  // Tracked files inside an ignored folder, and those that the caller must know about, were not walked over.
  const unseen = [...new Set([...tracked.paths, ...also])].filter(
    (path) => !scan.entries.has(path) && !scan.folders.has(path),
  );
  const found = await inParallel(unseen, (path) => readEntry(repository, path));
  for (const [index, path] of unseen.entries()) {
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

async function readTracked({ root }: Repository): Promise<Tracked> {
  const { stdout } = await git(['ls-files', '-z', '--stage'], { cwd: root });
  const tracked: Tracked = { paths: [], folders: new Set(), submodules: new Set() };
  for (const line of splitNul(stdout)) {
    const path = line.slice(line.indexOf('\t') + 1);
    if (line.startsWith('160000 ')) tracked.submodules.add(path);
    else tracked.paths.push(path);
    for (const folder of foldersAbove(path)) tracked.folders.add(folder);
  }
  return tracked;
}

async function walkFolder(
  repository: Repository,
  tracked: Tracked,
  ignored: ReadonlySet<string>,
  scan: Scan,
  leaves: { path: string; stats: Stats }[],
  folder: string,
): Promise<void> {
  const names = await readdir(onDisk(repository.root, folder), { encoding: 'buffer' }).catch(() => undefined);
  if (!names) {
    scan.outOfReach.push(folder);
    return;
  }
  for (const name of names.map(pathFromBytes)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (turns() === 0) await nextTurn();
    const stats = lookAtOnce(onDisk(repository.root, path));
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
    const stats = await look(onDisk(repository.root, folder));
    if (stats) scan.entries.set(folder, { type: 'folder', mode: stats.mode & 0o7777 });
  }
}

/** A submodule, or any other repository inside this one; undefined for an ordinary folder. */
async function readInnerRepository(repository: Repository, tracked: Tracked, path: string): Promise<Entry | undefined> {
  const at = onDisk(repository.root, path);
  if (!(await look(Buffer.concat([at, Buffer.from('/.git')])))) return undefined;
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
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
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
