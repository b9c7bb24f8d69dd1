import { z } from 'zod';
import type { Entry, TreeState } from './entry.ts';
import { git } from './git-process.ts';
import { GitRefusal } from './git-refusal.ts';
import { type Repository, readRef } from './repository.ts';
import { type ListedIgnored, SnapshotDetails, SnapshotListing } from './snapshot-details.ts';
import { foldersOf, splitNul } from './tree-path.ts';

/** A saved state, as read back from its ref. */
export interface Snapshot extends TreeState {
  ref: string;
  commit: string;
  /** The commit that holds the listing and what was attached. */
  records: string;
  details: SnapshotDetails;
  /** Listed, never stored. */
  ignored: readonly ListedIgnored[];
  ignoredRoots: readonly string[];
  outOfReach: readonly string[];
  /** Permission bits of its folders, where they are known. */
  folderModes: ReadonlyMap<string, number>;
}

/** What a commit holds never changes: the snapshots that were read last are read once. */
const lastRead = new Map<string, Snapshot>();
const mostKept = 4;

/** Reads the snapshot that a ref (or a commit id) names. */
export async function readSnapshot(repository: Repository, ref: string): Promise<Snapshot> {
  const commit = await readRef(repository, ref);
  if (!commit) throw new GitRefusal('not_found', `There is no ${ref}`, { ref });
  const key = `${repository.commonDir} ${commit}`;
  const snapshot = lastRead.get(key) ?? (await readCommit(repository, ref, commit));
  lastRead.delete(key);
  lastRead.set(key, snapshot);
  for (const oldest of lastRead.keys()) if (lastRead.size > mostKept) lastRead.delete(oldest);
  return { ...snapshot, ref };
}

async function readCommit(repository: Repository, ref: string, commit: string): Promise<Snapshot> {
  const { root } = repository;
  const listed = git(['ls-tree', '-r', '-z', '--full-tree', commit], { cwd: root });
  // Awaited below; where something else fails first, that is what is said.
  listed.catch(() => undefined);
  const text = (await git(['cat-file', 'commit', commit], { cwd: root })).stdout.toString('utf8');
  const details = parseDetails(text, ref);
  // The records are the last parent: there is no HEAD to be the first where nothing was committed.
  const records =
    text
      .match(/^parent ([0-9a-f]+)$/gm)
      ?.at(-1)
      ?.slice('parent '.length) ?? '';
  const listing = parse(SnapshotListing, await readAttachment(repository, { records }, 'snapshot.json'), ref);
  const modes = new Map(listing.modes);
  const { stdout } = await listed;
  const entries = new Map<string, Entry>(listing.entries);
  for (const line of splitNul(stdout)) {
    const [mode, , oid = ''] = line.slice(0, line.indexOf('\t')).split(' ');
    const path = line.slice(line.indexOf('\t') + 1);
    if (mode === '120000') entries.set(path, { type: 'symlink', oid });
    else if (mode !== '160000') {
      const usual = mode === '100755' ? listing.usualMode.executable : listing.usualMode.plain;
      entries.set(path, { type: 'file', oid, mode: modes.get(path) ?? usual });
    }
  }
  const folders = new Set([...listing.folders, ...foldersOf([...entries.keys(), ...listing.folders])]);
  const folderModes = modesOf(folders, listing);
  return { ref, commit, records, details, entries, folders, folderModes, ...lists(listing) };
}

function modesOf(
  folders: ReadonlySet<string>,
  { usualMode: { folder: usual }, folderModes }: SnapshotListing,
): Map<string, number> {
  const own = new Map(folderModes);
  return new Map(
    [...folders].flatMap((path) => {
      const mode = own.get(path) ?? usual;
      return mode === undefined ? [] : [[path, mode] as const];
    }),
  );
}

function lists({ ignored, ignoredRoots, outOfReach }: SnapshotListing) {
  return { ignored, ignoredRoots, outOfReach };
}

/** JSON that was saved with a snapshot. */
export async function readAttachment(
  { root }: Repository,
  { records }: Pick<Snapshot, 'records'>,
  name: string,
): Promise<unknown> {
  try {
    return JSON.parse((await git(['cat-file', 'blob', `${records}:${name}`], { cwd: root })).stdout.toString('utf8'));
  } catch (error) {
    throw new GitRefusal('snapshot_unreadable', `${records} holds no readable ${name}`, { records, name }, error);
  }
}

export function parseDetails(message: string, ref: string): SnapshotDetails {
  const line = message.split('\n').findLast((text) => text.startsWith('{'));
  try {
    return parse(SnapshotDetails, JSON.parse(line ?? 'null'), ref);
  } catch (error) {
    if (error instanceof GitRefusal) throw error;
    throw new GitRefusal('snapshot_unreadable', `${ref} is no snapshot`, { ref }, error);
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, ref: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new GitRefusal('snapshot_unreadable', `${ref}: ${z.prettifyError(parsed.error)}`, { ref });
}
