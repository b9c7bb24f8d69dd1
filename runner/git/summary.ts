import { readlink } from 'node:fs/promises';
import { type Entry, isExecutable } from './entry.ts';
import { git } from './git-process.ts';
import { inParallel } from './in-parallel.ts';
import {
  type BlobSource,
  type ObjectStore,
  readSizes,
  storeBlobs,
  type TreeItem,
  withThrowawayStore,
  writeTree,
} from './objects.ts';
import { look } from './read-entry.ts';
import { openRepository, type Repository } from './repository.ts';
import type { RollbackPlan } from './rollback-plan.ts';
import { comparePaths, onDisk, pathFromBytes } from './tree-path.ts';

export interface ChangeSummary {
  files: number;
  linesAdded: number;
  linesRemoved: number;
  /** Files without lines to count. */
  binary: number;
  /** What the failed work did to each path, as `git diff --numstat` counts it; null lines for binary files. */
  paths: { path: string; renamedFrom?: string; linesAdded: number | null; linesRemoved: number | null }[];
  /** The ref that keeps the failed change, once it is saved. */
  savedRef: string | undefined;
}

/** A new file above this is counted as binary instead of being read for its lines. */
const mostBytesCounted = 8 * 1024 ** 2;

/** The failed change in numbers, before a rollback (from disk) or after it (from what it saved). Stores nothing. */
export async function summariseChange(workTree: string, plan: RollbackPlan, savedRef?: string): Promise<ChangeSummary> {
  const repository = await openRepository(workTree);
  const counted = await withThrowawayStore(repository, (store) => countLines(repository, plan, store));
  const seen = new Set(counted.flatMap(({ path, renamedFrom }) => [path, renamedFrom]));
  const rest = plan.changes.filter(({ path, now, target }) => !seen.has(path) && (now ?? target)?.type !== 'folder');
  const paths = [
    ...counted,
    // Permission bits alone, or bytes that were not read.
    ...rest.map(({ path, kind }) => {
      const lines = kind === 'mode' ? 0 : null;
      return { path, linesAdded: lines, linesRemoved: lines };
    }),
  ].sort((a, b) => comparePaths(a.path, b.path));
  const sum = (count: (path: (typeof paths)[number]) => number | null) =>
    paths.reduce((total, path) => total + (count(path) ?? 0), 0);
  return {
    files: paths.length,
    linesAdded: sum(({ linesAdded }) => linesAdded),
    linesRemoved: sum(({ linesRemoved }) => linesRemoved),
    binary: sum(({ linesAdded }) => (linesAdded === null ? 1 : 0)),
    paths,
    savedRef,
  };
}

async function countLines(repository: Repository, plan: RollbackPlan, store: ObjectStore) {
  const nows = plan.changes.map(({ path, now }) => ({ path, entry: now }));
  const there = await readSizes(repository, oidsOf(nows), store);
  const missing = nows.filter(({ entry }) => entry && 'oid' in entry && !there.has(entry.oid));
  const sources = await inParallel(missing, (leaf) => sourceOf(repository, leaf));
  await storeBlobs(
    repository,
    sources.filter((source) => source !== undefined),
    store,
  );
  const known = await readSizes(repository, oidsOf(nows), store);
  // Too large, or changed since the plan was made (the rollback will refuse it): not counted on either side.
  const uncounted = new Set(treeItems(nows).flatMap(({ path, oid }) => (known.has(oid) ? [] : [path])));
  const write = (leaves: readonly Leaf[]) =>
    writeTree(
      repository,
      treeItems(leaves).filter(({ path }) => !uncounted.has(path)),
      store,
    );
  const trees = [await write(plan.changes.map(({ path, target }) => ({ path, entry: target }))), await write(nows)];
  const flags = ['-r', '-z', '-M', '--numstat', '--no-ext-diff', '--no-textconv'];
  return parseNumstat((await git(['diff-tree', ...flags, ...trees], { cwd: repository.root, env: store })).stdout);
}

interface Leaf {
  path: string;
  entry: Entry | null;
}

function oidsOf(leaves: readonly Leaf[]): string[] {
  return leaves.flatMap(({ entry }) => (entry && 'oid' in entry ? [entry.oid] : []));
}

async function sourceOf({ root }: Repository, { path, entry }: Leaf): Promise<BlobSource | undefined> {
  if (entry?.type !== 'symlink') {
    const stats = await look(onDisk(root, path));
    return stats?.isFile() && stats.size <= mostBytesCounted ? { path } : undefined;
  }
  const bytes = await readlink(onDisk(root, path), 'buffer').catch(() => undefined);
  return bytes && { bytes };
}

function treeItems(leaves: readonly Leaf[]): TreeItem[] {
  return leaves.flatMap(({ path, entry }): TreeItem[] => {
    if (entry?.type === 'symlink') return [{ path, oid: entry.oid, mode: '120000' }];
    if (entry?.type !== 'file') return [];
    return [{ path, oid: entry.oid, mode: isExecutable(entry.mode) ? '100755' : '100644' }];
  });
}

/** `added TAB removed TAB path NUL`, and for a rename `added TAB removed TAB NUL from NUL to NUL`. */
function parseNumstat(output: Buffer): ChangeSummary['paths'] {
  const records = output.toString('latin1').split('\0');
  const path = (text: string | undefined) => pathFromBytes(Buffer.from(text ?? '', 'latin1'));
  const lines = (text: string | undefined) => (text === '-' ? null : Number(text));
  const paths: ChangeSummary['paths'] = [];
  for (let at = 0; at < records.length - 1; at += 1) {
    const [added, removed, ...name] = (records[at] ?? '').split('\t');
    const counts = { linesAdded: lines(added), linesRemoved: lines(removed) };
    if (name.join('\t') !== '') paths.push({ path: path(name.join('\t')), ...counts });
    else {
      paths.push({ path: path(records[at + 2]), renamedFrom: path(records[at + 1]), ...counts });
      at += 2;
    }
  }
  return paths;
}
