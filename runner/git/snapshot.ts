import { git } from './git-process.ts';
import { GitRefusal } from './git-refusal.ts';
import { allEnded } from './in-parallel.ts';
import { readIndexFile } from './index-file.ts';
import { findMissing, type TreeItem, writeCommit, writeTree, writeTrees } from './objects.ts';
import { readSnapshot, type Snapshot } from './read-snapshot.ts';
import { openRepository, type Repository, readHead, readRef } from './repository.ts';
import { describeIgnored, type SaveLimits, sortFiles, storeFiles, storeRecords } from './save-contents.ts';
import { scanWorkTree } from './scan.ts';
import type { SnapshotDetails, SnapshotKind, SnapshotListing } from './snapshot-details.ts';
import { snapshotRef } from './snapshot-ref.ts';
import { foldersOf } from './tree-path.ts';

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
export async function saveEverything(workTree: string | Repository, request: SaveRequest): Promise<Snapshot> {
  const repository = typeof workTree === 'string' ? await openRepository(workTree) : workTree;
  const kind = request.kind ?? 'saved';
  const ref = snapshotRef(kind, request.name, request.component);
  const [taken, head, index] = await Promise.all([
    readRef(repository, ref),
    readHead(repository),
    readIndexFile(repository),
  ]);
  if (taken) throw alreadyThere(ref);
  const stages = index.entries.filter(({ stage }) => stage !== 0);
  const look = async () => {
    const [kept, scan, notHeld] = await allEnded([
      // The index file as it is, flags and all; the largest record, so it is written while the files are looked at.
      storeRecords(repository, new Map(index.bytes && [['index', index.bytes]])),
      scanWorkTree(repository, request.also, index),
      findMissing(
        repository,
        index.entries.map(({ oid }) => oid),
      ),
    ]);
    return { kept, scan, sorted: await sortFiles(repository, scan, notHeld, request.limits) };
  };

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
  const write = (tree: string, parents: (string | undefined)[], title: string) =>
    writeCommit(repository, {
      tree,
      parents: parents.filter((parent) => parent !== undefined),
      message: `kintsugi: ${title}\n\n${JSON.stringify(details)}\n`,
      at: request.at,
    });
  const keepRecords = async ({ kept, scan, sorted }: Awaited<ReturnType<typeof look>>) => {
    const derived = foldersOf(scan.entries.keys());
    const listing: SnapshotListing = {
      schema: 1,
      ...sorted.modes,
      entries: sorted.others,
      folders: [...scan.folders].filter((folder) => !derived.has(folder)),
      outOfReach: scan.outOfReach,
      ignoredRoots: scan.ignoredRoots,
      ignored: await describeIgnored(repository, scan.ignoredRoots, request.limits),
      unmerged: [...new Set(stages.map(({ path }) => path))],
    };
    const json = Object.entries({ ...request.attach, 'snapshot.json': listing });
    const bytes = new Map(json.map(([name, value]) => [name, Buffer.from(`${JSON.stringify(value)}\n`)]));
    const conflicted = stages.map(({ path, stage, mode, oid }) => ({
      mode: mode as TreeItem['mode'],
      oid,
      path: `unmerged/${stage}/${path}`,
    }));
    const tree = await writeTree(repository, [...conflicted, ...kept, ...(await storeRecords(repository, bytes))]);
    return write(tree, [], `records of ${kind} ${request.name}`);
  };
  const seen = look();
  const stored = seen.then(({ sorted }) => storeFiles(repository, sorted));
  // The staged state is written while the files are looked at.
  const [, items, trees, records] = await allEnded([
    seen,
    stored,
    writeTrees(repository, index, stored),
    seen.then(keepRecords),
  ]);
  const staged = await write(trees.staged, [head.commit], `staged state of ${kind} ${request.name}`);
  const parents = [head.commit, staged, ...(request.keep ?? []), records];
  const commit = await write(trees.whole, parents, `${kind} ${request.name}`);
  await createRef(repository, ref, commit);
  const [snapshot] = await allEnded([readSnapshot(repository, ref), assertWhole(repository, ref, items)]);
  return snapshot;
}

/** From here on the ref keeps the objects; one that a gc took just before would show now. */
async function assertWhole(repository: Repository, ref: string, items: readonly TreeItem[]): Promise<void> {
  const ids = items.flatMap(({ mode, oid }) => (mode === '160000' ? [] : [oid]));
  const missing = await findMissing(repository, ids);
  if (missing.size > 0) {
    throw new GitRefusal('objects_missing', `${ref} is not whole`, { ref, missing: missing.size });
  }
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
