import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, gitLine } from './git-process.ts';
import { GitRefusal } from './git-refusal.ts';
import type { IndexFile } from './index-file.ts';
import { openToRead, readBytes } from './read-entry.ts';
import { readAtOnce } from './read-small.ts';
import type { Repository } from './repository.ts';
import { sortTracked } from './tracked.ts';
import { bytesFromPath, onDisk } from './tree-path.ts';

export async function withTempFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'kintsugi-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The size of each object that is there; one that is missing is not in the map. Nothing is fetched. */
export async function readSizes({ root }: Repository, oids: Iterable<string>): Promise<Map<string, number>> {
  const input = [...new Set(oids)].map((oid) => `${oid}\n`).join('');
  if (input === '') return new Map();
  const check = ['cat-file', '--batch-check', '--buffer'];
  const { stdout } = await git(check, { cwd: root, input });
  const lines = stdout.toString('latin1').trimEnd().split('\n');
  return new Map(
    lines
      .map((line) => line.split(' '))
      .filter(([, type]) => type !== 'missing')
      .map(([oid, , size]) => [oid ?? '', Number(size)]),
  );
}

/** Those of the ids that the repository does not hold. Nothing is fetched. */
export async function findMissing({ root }: Repository, oids: Iterable<string>): Promise<Set<string>> {
  const input = [...new Set(oids)].join('\n');
  if (input === '') return new Set();
  const check = ['cat-file', '--batch-check=%(objecttype)', '--buffer'];
  const { stdout } = await git(check, { cwd: root, input: `${input}\n` });
  if (!stdout.includes(' missing\n')) return new Set();
  const lines = stdout.toString('latin1').split('\n');
  return new Set(lines.filter((line) => line.endsWith(' missing')).map((line) => line.split(' ')[0] ?? ''));
}

/** The bytes of each blob, by one git for all of them; they must fit into memory together. */
export async function readBlobs({ root }: Repository, oids: Iterable<string>): Promise<Map<string, Buffer>> {
  const input = [...new Set(oids)].map((oid) => `${oid}\n`).join('');
  const blobs = new Map<string, Buffer>();
  if (input === '') return blobs;
  const { stdout } = await git(['cat-file', '--batch', '--buffer'], { cwd: root, input });
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf('\n', at);
    const [oid = '', type, size] = stdout.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') continue;
    blobs.set(oid, stdout.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return blobs;
}

/** A file of the work tree, or bytes at hand (a symlink's target, a listing). */
export type BlobSource = { path: string } | { bytes: Buffer };

/**
 * As fast as `git add`: its compression, none for bytes that would not shrink, no search for deltas between files that need not
 * be alike, and no second writing of what is large (few small objects are unpacked, so that no pack a save heaps up).
 */
const settings = ({ isLarge = false, shrinks = true }: StoreOptions) => [
  '-c',
  `pack.compression=${shrinks ? 1 : 0}`,
  ...(isLarge ? ['-c', 'fastimport.unpackLimit=0'] : []),
];

interface StoreOptions {
  isLarge?: boolean;
  shrinks?: boolean;
}

/** Stores bytes exactly as they are and returns their ids in order. A file that grows is stored as it was when opened. */
export async function storeBlobs(
  repository: Repository,
  sources: readonly BlobSource[],
  options: StoreOptions = {},
): Promise<string[]> {
  if (sources.length === 0) return [];
  for (let tries = 0; ; tries += 1) {
    try {
      const { stdout } = await git([...settings(options), 'fast-import', '--done', '--quiet', '--depth=0'], {
        cwd: repository.root,
        input: importStream(repository, sources),
        timeLimitMs: 30 * 60_000,
      });
      return stdout.toString('latin1').trimEnd().split('\n');
    } catch (error) {
      const isMoving = error instanceof GitRefusal && error.code === 'changing_while_saved';
      if (!isMoving || tries === 3) throw error;
    }
  }
}

const pieceBytes = 1 << 20;

/** In pieces of a good size: a small file, and what surrounds it, is not worth a write of its own. */
async function* importStream(repository: Repository, sources: readonly BlobSource[]): AsyncGenerator<Buffer> {
  let [piece, size] = [[] as Buffer[], 0];
  for await (const part of importParts(repository, sources)) {
    piece.push(part);
    size += part.length;
    if (size < pieceBytes) continue;
    yield Buffer.concat(piece);
    [piece, size] = [[], 0];
  }
  yield Buffer.concat(piece);
}

async function* importParts(repository: Repository, sources: readonly BlobSource[]): AsyncGenerator<Buffer> {
  for (const [index, source] of sources.entries()) {
    const mark = `:${index + 1}`;
    const head = (size: number) => Buffer.from(`blob\nmark ${mark}\ndata ${size}\n`);
    const at = 'path' in source ? onDisk(repository.root, source.path) : undefined;
    const small = at === undefined ? (source as { bytes: Buffer }).bytes : readAtOnce(at);
    if (small) {
      yield head(small.length);
      yield small;
    } else if ('path' in source && at) {
      await using file = await openToRead(at).catch((error: unknown) => {
        throw new GitRefusal('changing_while_saved', `${source.path} went away`, { path: source.path }, error);
      });
      const { size } = await file.stat();
      yield head(size);
      let sent = 0;
      for await (const chunk of readBytes(file, size)) {
        sent += chunk.length;
        yield chunk;
      }
      if (sent !== size) {
        throw new GitRefusal('changing_while_saved', `${source.path} became shorter`, { path: source.path });
      }
    }
    yield Buffer.from(`\nget-mark ${mark}\n`);
  }
  yield Buffer.from('done\n');
}

export interface TreeItem {
  path: string;
  mode: '100644' | '100755' | '120000' | '160000';
  oid: string;
}

/** Builds a tree through an index of its own; the real one is not opened. */
export async function writeTree(repository: Repository, items: Iterable<TreeItem>): Promise<string> {
  return withTempFolder(async (folder) => {
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    await putIntoIndex(repository, env, items);
    return gitLine(['write-tree'], { cwd: repository.root, env });
  });
}

async function putIntoIndex(
  { root }: Repository,
  env: Record<string, string>,
  items: Iterable<Pick<TreeItem, 'oid' | 'path'> & { mode: string }>,
): Promise<void> {
  const parts = [...items].flatMap(({ mode, oid, path }) => [
    Buffer.from(`${mode} ${oid}\t`),
    bytesFromPath(path),
    Buffer.from([0]),
  ]);
  const input = Buffer.concat(parts);
  if (input.length > 0) await git(['update-index', '-z', '--index-info'], { cwd: root, env, input });
}

/**
 * Two trees, made from a copy of the index: the staged state (paths in conflict are left out of it), and, once they are known,
 * that of `wanted`, for which only what differs from it is written.
 */
export async function writeTrees(
  repository: Repository,
  { entries, bytes, isPlain }: IndexFile,
  wanted: Promise<readonly TreeItem[]>,
): Promise<{ staged: string; whole: string }> {
  const { root, objectFormat } = repository;
  const none = '0'.repeat(objectFormat === 'sha1' ? 40 : 64);
  return withTempFolder(async (folder) => {
    const copy = join(folder, 'index');
    // Nothing was ever added: an absent index is an empty one.
    if (bytes) await writeFile(copy, bytes);
    const env = { GIT_INDEX_FILE: copy };
    const unmerged = new Set(entries.filter(({ stage }) => stage !== 0).map(({ path }) => path));
    const without = (paths: Iterable<string>) => [...paths].map((path) => ({ mode: '0', oid: none, path }));
    await putIntoIndex(repository, env, without(unmerged));
    // Objects that a partial clone has not fetched yet are still its remote's to keep.
    const staged = await gitLine(['write-tree', '--missing-ok'], { cwd: root, env });
    const items = await wanted;
    if (!isPlain) return { staged, whole: await writeTree(repository, items) };

    const { all } = sortTracked(entries);
    const changed = items.filter(({ path, mode, oid }) => {
      const entry = all.get(path);
      return entry?.oid !== oid || entry.mode !== mode || entry.isIntent || entry.stage !== 0;
    });
    const there = new Set(items.map(({ path }) => path));
    const gone = entries.filter(({ path }) => !there.has(path) && !unmerged.has(path)).map(({ path }) => path);
    await putIntoIndex(repository, env, [...without(gone), ...changed]);
    return { staged, whole: await gitLine(['write-tree'], { cwd: root, env }) };
  });
}

/** Writes a commit that no branch points to. Its author is this tool and its time the given one. */
export function writeCommit(
  { root }: Repository,
  { tree, parents, message, at }: { tree: string; parents: readonly string[]; message: string; at: Date },
): Promise<string> {
  const date = `${Math.floor(at.getTime() / 1000)} +0000`;
  const who = { NAME: 'Kintsugi', EMAIL: 'kintsugi@localhost', DATE: date };
  const env = Object.fromEntries(
    Object.entries(who).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const args = ['-c', 'i18n.commitEncoding=utf-8', 'commit-tree', '--no-gpg-sign', tree];
  return gitLine([...args, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'], {
    cwd: root,
    env,
    input: message,
  });
}
