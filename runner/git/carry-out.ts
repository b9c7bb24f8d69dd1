import { mkdir, open, unlink } from 'node:fs/promises';
import { type Entry, sameEntry } from './entry.ts';
import { GitRefusal, nameSome } from './git-refusal.ts';
import { inParallel } from './in-parallel.ts';
import { inChunks, prepareLeaves, removeTemps, type Wanted } from './prepare-leaves.ts';
import { type Found, look, readEntry } from './read-entry.ts';
import type { Repository } from './repository.ts';
import type { PlannedChange } from './rollback-plan.ts';
import { comparePaths, foldersAbove, onDisk, parentOf } from './tree-path.ts';
import { makeFoldersAbove, putLeaf, removeEmptyFoldersAbove, removeIfEmpty, setMode, tempPath } from './write-entry.ts';

export type PathChange = Pick<PlannedChange, 'path' | 'now' | 'target'>;

/** The paths to change, and the folders of the state that they are changed to, with their permission bits. */
export interface Work {
  changes: readonly PathChange[];
  folders: ReadonlySet<string>;
  folderModes: ReadonlyMap<string, number>;
  /** Folders of the state before: those keep the permissions that they have. */
  foldersBefore: ReadonlySet<string>;
  /** Names this piece of work, the same on each try. */
  id: string;
}

export type PathStep = { path: string; outcome: 'restored' | 'removed' | 'already-there' };

/**
 * Brings each path from `now` to `target`. Safe to run again after it was killed anywhere: a path that is there already is left.
 * A path that is neither is never touched: the work stops there. Removals come first, so that a folder can make room for a
 * file and the other way round.
 */
export async function carryOut(
  repository: Repository,
  work: Work,
  onPath: (step: PathStep) => Promise<void> | void,
): Promise<void> {
  const temps = work.changes.map((_, index) => `.kintsugi-${work.id.slice(0, 12)}-${index}`);
  for (const [index, { path }] of work.changes.entries()) await clearTemp(repository, path, temps[index] ?? '');
  const removals = work.changes.filter(({ target }) => target === null);
  for (const change of removals) {
    const removed = await removePath(repository, work, change);
    await onPath({ path: change.path, outcome: removed ? 'removed' : 'already-there' });
  }
  // Again for those of an earlier try: it may have been killed between a file and its folder.
  for (const { path } of removals) await removeEmptyFoldersAbove(repository, path, work.folders);
  await restoreAll(repository, work, temps, onPath);
  setFolderModes(repository, work);
  await settleFolders(repository, work);
}

/** In the order of the plan, a chunk of small files at a time. */
async function restoreAll(
  repository: Repository,
  { changes, folderModes }: Work,
  temps: readonly string[],
  onPath: (step: PathStep) => Promise<void> | void,
): Promise<void> {
  const wanted = changes.flatMap(({ path, now, target }, index): Wanted[] => {
    if (target?.type !== 'file' && target?.type !== 'symlink') return [];
    return [{ change: { path, now, target }, tempName: temps[index] ?? '' }];
  });
  const chunks = await inChunks(repository, wanted);
  const chunkOf = new Map(chunks.flatMap((chunk) => chunk.map(({ change }) => [change.path, chunk] as const)));
  let [chunk, prepared] = [[] as Wanted[], new Set<string>()];
  try {
    for (const [index, { path, now, target }] of changes.entries()) {
      if (target === null) continue;
      const own = chunkOf.get(path);
      if (own && own !== chunk) {
        chunk = own;
        prepared = await prepareLeaves(repository, await neededOf(repository, own));
      }
      const leaf = { tempName: temps[index] ?? '', isPrepared: prepared.delete(path) };
      const restored = await restorePath(repository, { path, now, target }, { ...leaf, folderModes });
      await onPath({ path, outcome: restored ? 'restored' : 'already-there' });
    }
  } finally {
    removeTemps(repository, chunk);
  }
}

/** Those that are not as they should be yet, their bytes included. */
async function neededOf(repository: Repository, chunk: readonly Wanted[]): Promise<Wanted[]> {
  const found = await inParallel(chunk, ({ change }) => readEntry(repository, change.path));
  return chunk.filter(({ change }, index) => {
    const there = found[index] ?? null;
    return isNow(there, change) && !matches(there, change.target) && !isOnlyMode(there, change.target);
  });
}

function isOnlyMode(found: Found, target: Entry): found is Extract<Entry, { type: 'file' }> {
  return target.type === 'file' && found?.type === 'file' && found.oid === target.oid;
}

/** What each path must be for the work to start, or to go on after it was killed: as planned, or done. */
export async function assertUntouched(repository: Repository, work: Work): Promise<void> {
  const strange = await pathsThatAre(repository, work, (found, change) => {
    return !isNow(found, change) && !isDone(found, change, work.folders);
  });
  if (strange.length > 0) throw changedSincePlan(strange);
}

/** The paths that are not what they should be afterwards, compared byte for byte. */
export function findUnfinished(repository: Repository, work: Work): Promise<string[]> {
  return pathsThatAre(repository, work, (found, change) => !isDone(found, change, work.folders));
}

async function pathsThatAre(
  repository: Repository,
  { changes }: Work,
  is: (found: Found, change: PathChange) => boolean,
): Promise<string[]> {
  const found = await inParallel(changes, ({ path }) => readEntry(repository, path));
  return changes.filter((change, index) => is(found[index] ?? null, change)).map(({ path }) => path);
}

/**
 * A folder in the place of nothing is one whose planned contents come or go separately. Nothing in the place of an empty folder,
 * or where a folder is to be, is the moment between the two: no byte is at stake there.
 */
function isNow(found: Found, { now, target }: PathChange): boolean {
  if (now === null) return found === null || found.type === 'full' || found.type === 'folder';
  if (found === null) return now.type === 'folder' || target?.type === 'folder';
  return matches(found, now);
}

function isDone(found: Found, { path, target }: PathChange, folders: ReadonlySet<string>): boolean {
  if (target !== null) return matches(found, target);
  return found === null || ((found.type === 'full' || found.type === 'folder') && folders.has(path));
}

function matches(found: Found, expected: Entry): boolean {
  if (found?.type === 'full') return expected.type === 'folder';
  return found !== null && found.type !== 'out-of-reach' && sameEntry(found, expected);
}

async function removePath(repository: Repository, { folders }: Work, change: PathChange): Promise<boolean> {
  const found = await readEntry(repository, change.path);
  if (isDone(found, change, folders)) return false;
  const at = onDisk(repository.root, change.path);
  if (!isNow(found, change)) throw changedSincePlan([change.path]);
  if (found?.type === 'file' || found?.type === 'symlink') await unlink(at);
  else if (!(await removeIfEmpty(at))) throw changedSincePlan([change.path]);
  await removeEmptyFoldersAbove(repository, change.path, folders);
  return true;
}

async function restorePath(
  repository: Repository,
  change: PathChange & { target: Entry },
  { folderModes, ...leaf }: { tempName: string; isPrepared: boolean; folderModes: Work['folderModes'] },
): Promise<boolean> {
  const { path, target } = change;
  const at = onDisk(repository.root, path);
  const found = await readEntry(repository, path);
  if (matches(found, target)) return false;
  if (!isNow(found, change)) throw changedSincePlan([path]);
  if (target.type === 'repository') throw changedSincePlan([path]);
  if (target.type === 'file' && isOnlyMode(found, target)) {
    setMode(at, target.mode);
    return true;
  }
  await makeFoldersAbove(repository, path, folderModes);
  if ((found?.type === 'folder' || found?.type === 'full') && !(await removeIfEmpty(at)))
    throw changedSincePlan([path]);
  if (target.type === 'folder') {
    if (found?.type === 'file' || found?.type === 'symlink') await unlink(at);
    await mkdir(at);
    setMode(at, target.mode);
    return true;
  }
  await putLeaf(repository, { path, target, ...leaf }, async () => {
    const still = await readEntry(repository, path);
    if (!isNow(still, change)) throw changedSincePlan([path]);
  });
  return true;
}

/** Of the folders that were made for it, the deepest first; last of all, for some let nobody write into them. */
function setFolderModes({ root }: Repository, { changes, folderModes, foldersBefore }: Work): void {
  const above = changes.flatMap(({ path, target }) => (target === null ? [] : foldersAbove(path)));
  for (const folder of [...new Set(above)].sort(comparePaths).reverse()) {
    const mode = folderModes.get(folder);
    const at = onDisk(root, folder);
    const stats = look(at);
    if (mode === undefined || foldersBefore.has(folder) || !stats?.isDirectory()) continue;
    if ((stats.mode & 0o7777) !== mode) setMode(at, mode);
  }
}

async function clearTemp(repository: Repository, path: string, tempName: string): Promise<void> {
  const temp = tempPath(path, tempName);
  const found = await readEntry(repository, temp);
  if (found?.type === 'file' || found?.type === 'symlink') await unlink(onDisk(repository.root, temp));
}

/** Makes the renames and removals themselves survive a power cut. */
async function settleFolders({ root }: Repository, { changes }: Work): Promise<void> {
  for (const folder of new Set(changes.map(({ path }) => parentOf(path)))) {
    // It was removed, or this file system cannot do it: the files themselves are settled already.
    await sync(onDisk(root, folder)).catch(() => undefined);
  }
}

/** On its own: bundled for Node 22, `using` inside a loop would throw the error of an earlier round again. */
async function sync(folder: Buffer): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

function changedSincePlan(paths: readonly string[]): GitRefusal {
  return new GitRefusal('changed_since_plan', `Changed since the plan was made: ${nameSome(paths)}`, { paths });
}
