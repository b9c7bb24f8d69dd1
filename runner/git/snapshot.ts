import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git-process.ts';
import { GitRefusal } from './git-refusal.ts';
import { readSizes, writeCommit, writeIndexTree, writeTree } from './objects.ts';
import { readSnapshot, type Snapshot } from './read-snapshot.ts';
import { openRepository, type Repository, readHead, readRef } from './repository.ts';
import { describeIgnored, readStages, type SaveLimits, saveFiles, storeRecords } from './save-contents.ts';
import { foldersOf, scanWorkTree } from './scan.ts';
import type { SnapshotDetails, SnapshotKind, SnapshotListing } from './snapshot-details.ts';
import { snapshotRef } from './snapshot-ref.ts';

export interface SaveRequest {
  /** Unique among its kind (and component); becomes the end of the ref. */
  name: string;
  /** Why, in words for the person who reads `git log`. */
  reason: string;
  at: Date;
  kind?: SnapshotKind;
  component?: string;
  /** Paths to save with the rest even when ignore rules cover them. */
  also?: readonly string[];
  /** Commits that must stay reachable for as long as this one is. */
  keep?: readonly string[];
  /** More JSON to keep with it, by file name. */
  attach?: Readonly<Record<string, unknown>>;
  limits?: Partial<SaveLimits>;
}

/**
 * Saves everything that is on disk under one ref in `refs/kintsugi/`, and reads it back.
 *
 * Guaranteed: HEAD, branches, the index and every file stay as they are, byte for byte; no hook or filter runs. All tracked and
 * untracked files are saved as the bytes on disk, with permission bits and symlinks; so are the staged state (as a tree, and the
 * index file itself), and the stages of unmerged paths. What is not saved is listed in the snapshot: ignored files, pipes,
 * sockets, devices, unreadable files; a rollback touches none of them. All that is saved is reachable from the ref (safe from gc).
 * An ignored file that `also` names is saved like any other.
 * Each file is saved as it was at one moment; files that change during the save may be from different moments.
 * Repositories inside the work tree are recorded by their HEAD and never read into or written.
 *
 * The commit's tree is the work tree, so `git show REF:path` and `git diff REF` work. Its parents are HEAD (if any),
 * a commit of the staged state, and, last, one with the listing and the attachments.
 */
export async function saveEverything(workTree: string, request: SaveRequest): Promise<Snapshot> {
  const repository = await openRepository(workTree);
  const kind = request.kind ?? 'saved';
  const ref = snapshotRef(kind, request.name, request.component);
  if (await readRef(repository, ref)) throw alreadyThere(ref);

  const head = await readHead(repository);
  const scan = await scanWorkTree(repository, request.also);
  const saved = await saveFiles(repository, scan, request.limits);
  const ignored = await describeIgnored(repository, scan.ignoredRoots, request.limits);
  const index = await saveIndex(repository);

  const details: SnapshotDetails = {
    schema: 1,
    kind,
    name: request.name,
    component: request.component ?? null,
    reason: request.reason,
    at: request.at.toISOString(),
    workTree: repository.root,
    workTreeId: repository.workTreeId,
    branch: head.branch ?? null,
    head: head.commit ?? null,
  };
  const derived = foldersOf([...scan.entries.keys(), ...saved.items.map(({ path }) => path)]);
  const listing: SnapshotListing = {
    schema: 1,
    ...saved.modes,
    entries: saved.others,
    folders: [...scan.folders].filter((folder) => !derived.has(folder)),
    outOfReach: scan.outOfReach,
    ignoredRoots: scan.ignoredRoots,
    ignored,
    unmerged: index.unmerged,
  };
  const json = Object.entries({ ...request.attach, 'snapshot.json': listing });
  const bytes = new Map(json.map(([name, value]) => [name, Buffer.from(`${JSON.stringify(value)}\n`)]));
  // The index file as it is, flags and all.
  if (index.bytes) bytes.set('index', index.bytes);
  const records = [...index.items, ...(await storeRecords(repository, bytes))];

  const write = (tree: string, parents: (string | undefined)[], title: string) =>
    writeCommit(repository, {
      tree,
      parents: parents.filter((parent) => parent !== undefined),
      message: `kintsugi: ${title}\n\n${JSON.stringify(details)}\n`,
      at: request.at,
    });
  const staged = await write(index.tree, [head.commit], `staged state of ${kind} ${request.name}`);
  const kept = await write(await writeTree(repository, records), [], `records of ${kind} ${request.name}`);
  const tree = await writeTree(repository, saved.items);
  const commit = await write(tree, [head.commit, staged, ...(request.keep ?? []), kept], `${kind} ${request.name}`);
  await createRef(repository, ref, commit);
  const snapshot = await readSnapshot(repository, ref);
  await assertWhole(repository, snapshot);
  return snapshot;
}

/** From here on the ref keeps the objects; one that a gc took just before would show now. */
async function assertWhole(repository: Repository, { ref, entries }: Snapshot): Promise<void> {
  const ids = [...entries.values()].flatMap((entry) => ('oid' in entry ? [entry.oid] : []));
  const wanted = new Set(ids);
  const there = await readSizes(repository, wanted);
  if (there.size < wanted.size) {
    throw new GitRefusal('objects_missing', `${ref} is not whole`, { ref, missing: wanted.size - there.size });
  }
}

async function saveIndex(repository: Repository) {
  const indexFile = join(repository.gitDir, 'index');
  const stages = await readStages(repository);
  const unmerged = [...new Set(stages.map(({ path }) => path))];
  return {
    unmerged,
    tree: await writeIndexTree(repository, { indexFile, unmerged }),
    items: stages.map(({ path, stage, ...item }) => ({ ...item, path: `unmerged/${stage}/${path}` })),
    bytes: await readFile(indexFile).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    }),
  };
}

/** Only ever creates: of two at once with one name, the second is refused. */
async function createRef(repository: Repository, ref: string, commit: string): Promise<void> {
  try {
    await git(['update-ref', '-z', '--stdin'], { cwd: repository.root, input: `create ${ref}\0${commit}\0` });
  } catch (error) {
    throw (await readRef(repository, ref)) ? alreadyThere(ref) : error;
  }
}

function alreadyThere(ref: string): GitRefusal {
  return new GitRefusal('already_exists', `${ref} is already there`, { ref });
}
