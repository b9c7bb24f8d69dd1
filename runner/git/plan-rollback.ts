import { assertMadeHere } from './checkpoints.ts';
import { samePath, type TreeState } from './entry.ts';
import { findObstacle } from './find-obstacle.ts';
import { allEnded } from './in-parallel.ts';
import type { Snapshot } from './read-snapshot.ts';
import { assertCalm, openRepository, type Repository, readHead } from './repository.ts';
import {
  type Conflict,
  describeChanges,
  hashPlan,
  type LeftFolder,
  type PlannedChange,
  type RollbackPlan,
} from './rollback-plan.ts';
import { type Scan, scanWorkTree } from './scan.ts';
import { comparePaths, isUnder } from './tree-path.ts';

export interface RollbackRequest {
  checkpoint: Snapshot;
  /** The state when the failure was filed: what changed after it was changed by others. Left out: the present one. */
  failedAt?: Snapshot;
  /** Restore only these paths and what lies under them. */
  only?: readonly string[];
  /** What lies in these is never restored, tracked or not. */
  leave?: readonly LeftFolder[];
}

/**
 * Works out, path by path, what returning to the checkpoint would do. Reads only.
 *
 * The failed work is what differs between the checkpoint and `failedAt`, whoever committed it meanwhile. A path of it that
 * differs from both is a conflict. Ignored files are left alone, by today's ignore rules and by those of the checkpoint (a lost
 * `.gitignore` must not turn a package cache into "added files"); so is what lies in the folders to `leave`. Changed submodules are conflicts; other inner repositories
 * are left alone. Refused in the middle of a merge, rebase, cherry-pick, revert or bisect, and while the index is locked.
 */
export async function planRollback(workTree: string, request: RollbackRequest): Promise<RollbackPlan> {
  const repository = await openRepository(workTree);
  return planReturn(repository, request);
}

interface Return extends RollbackRequest {
  /** The state that is left, where no snapshot holds it. */
  failed?: TreeState;
  /** Only these paths, ignored or not, whatever else differs. */
  paths?: ReadonlySet<string>;
}

/** The way back from one state to an earlier one, for what differs between them. */
export async function planReturn(repository: Repository, request: Return): Promise<RollbackPlan> {
  const { checkpoint, failedAt, only, paths, leave = [] } = request;
  for (const snapshot of [checkpoint, failedAt]) if (snapshot) assertMadeHere(repository, snapshot);
  await assertCalm(repository);

  const known = new Set([...checkpoint.entries.keys(), ...(failedAt?.entries.keys() ?? []), ...(paths ?? [])]);
  const [present, notes] = await allEnded([scanWorkTree(repository, known), describeMoves(repository, checkpoint)]);
  const failed: TreeState = request.failed ?? (failedAt ? withIgnored(failedAt, checkpoint) : present);
  const all = paths ?? new Set([...known, ...failed.entries.keys()]);
  const work = [...all].filter((path) => !samePath(checkpoint, failed, path)).sort(comparePaths);

  const ignored = paths ? [] : [...checkpoint.ignoredRoots, ...checkpoint.outOfReach];
  const inner = [checkpoint, failed, present].flatMap(innerRepositories);
  const sorted = sortOut(work, { checkpoint, failed, present, only, ignored, inner: [...new Set(inner)], leave });
  const restore = new Map(sorted.restore.map((change) => [change.path, change]));
  const obstacles = await Promise.all(
    sorted.restore.map((change) => findObstacle(repository, present, restore, change)),
  );
  const conflicts = [...sorted.conflicts, ...obstacles.filter((conflict) => conflict !== undefined)];
  const plan = {
    schema: 1 as const,
    workTree: repository.root,
    checkpoint: {
      ref: checkpoint.ref,
      commit: checkpoint.commit,
      name: checkpoint.details.name,
      at: checkpoint.details.at,
    },
    failedAt: failedAt?.ref ?? null,
    changes: describeChanges(sorted.restore),
    conflicts: conflicts.sort((a, b) => comparePaths(a.path, b.path)),
    unchanged: sorted.unchanged,
    leftAlone: sorted.leftAlone,
    notes,
  };
  return { ...plan, planHash: hashPlan(plan) };
}

/** A file of the checkpoint that was ignored when the failure was filed is in the failed state all the same, if it was read. */
function withIgnored(failedAt: Snapshot, checkpoint: Snapshot): TreeState {
  const entries = new Map(failedAt.entries);
  for (const { path, content } of failedAt.ignored) {
    if (!content || entries.has(path) || !checkpoint.entries.has(path)) continue;
    const { oid, type, mode } = content;
    entries.set(path, type === 'symlink' ? { type, oid } : { type, oid, mode });
  }
  return { entries, folders: failedAt.folders };
}

function innerRepositories({ entries }: TreeState): string[] {
  return [...entries].flatMap(([path, { type }]) => (type === 'repository' ? [path] : []));
}

interface States {
  checkpoint: Snapshot;
  failed: TreeState;
  present: Scan;
  only: readonly string[] | undefined;
  /** What lay under these was not saved with the checkpoint. */
  ignored: readonly string[];
  /** What lay in these in one of the states was not read, so nothing is known to compare it with. */
  inner: readonly string[];
  leave: readonly LeftFolder[];
}

function sortOut(work: readonly string[], { checkpoint, failed, present, only, ignored, inner, leave }: States) {
  const restore: Pick<PlannedChange, 'path' | 'now' | 'target'>[] = [];
  const conflicts: Conflict[] = [];
  const unchanged: string[] = [];
  const leftAlone: RollbackPlan['leftAlone'] = [];
  for (const path of work) {
    const target = checkpoint.entries.get(path) ?? null;
    const now = present.entries.get(path) ?? null;
    const versions = [target, now, failed.entries.get(path) ?? null];
    const left = leave.find((folder) => isUnder(path, folder.path));
    if (left) leftAlone.push({ path, because: left.because });
    else if (only && !only.some((owned) => isUnder(path, owned))) leftAlone.push({ path, because: 'not-owned' });
    else if (target === null && ignored.some((root) => isUnder(path, root)))
      leftAlone.push({ path, because: 'ignored-at-checkpoint' });
    else if (versions.some((entry) => entry?.type === 'repository' && entry.submodule)) {
      conflicts.push({ path, because: 'submodule-changed' });
    } else if (inner.some((root) => isUnder(path, root))) {
      leftAlone.push({ path, because: 'inner-repository' });
    } else if (samePath(present, checkpoint, path)) unchanged.push(path);
    else if (samePath(present, failed, path)) restore.push({ path, now, target });
    else conflicts.push({ path, because: 'changed-after-failure' });
  }
  return { restore, conflicts, unchanged, leftAlone };
}

async function describeMoves(repository: Repository, { details }: Snapshot): Promise<string[]> {
  const head = await readHead(repository);
  const notes: string[] = [];
  if ((head.branch ?? null) !== details.branch) {
    const name = (branch: string | null | undefined) => branch ?? 'a detached HEAD';
    notes.push(`The checkpoint was taken on ${name(details.branch)}; the work tree is on ${name(head.branch)} now.`);
  }
  if ((head.commit ?? null) !== details.head) {
    notes.push('HEAD has moved since the checkpoint. It stays where it is; `git status` will show the restored files.');
  }
  return notes;
}
