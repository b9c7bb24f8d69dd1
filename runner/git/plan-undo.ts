import type { TreeState } from './entry.ts';
import { GitRefusal } from './git-refusal.ts';
import { planReturn } from './plan-rollback.ts';
import { readAttachment, readSnapshot, type Snapshot } from './read-snapshot.ts';
import { openRepository, readRef } from './repository.ts';
import { type LeftFolder, parsePlan, type RollbackPlan } from './rollback-plan.ts';
import { snapshotRef } from './snapshot-ref.ts';
import { foldersOf } from './tree-path.ts';

/**
 * Works out what returning to the moment before a run would do, for the paths that this run changed and no others. Reads only. A
 * path that is neither as before that run nor as the run left it is a conflict: somebody worked on it since.
 */
export async function planUndo(
  workTree: string,
  run: string,
  leave: readonly LeftFolder[] = [],
): Promise<RollbackPlan> {
  const repository = await openRepository(workTree);
  const ref = snapshotRef('before-recovery', run);
  if (!(await readRef(repository, ref))) {
    throw new GitRefusal('nothing_saved', `Run ${run} saved nothing in this work tree`, { ref });
  }
  const undone = snapshotRef('before-undo', run);
  if (await readRef(repository, undone)) throw new GitRefusal('already_undone', `${run} was undone`, { ref: undone });
  const before = await readSnapshot(repository, ref);
  const plan = parsePlan(await readAttachment(repository, before, 'plan.json'));
  const target = await readSnapshot(repository, plan.checkpoint.commit);
  return planReturn(repository, {
    checkpoint: before,
    failed: stateAfter(before, plan, target.folders),
    paths: new Set(plan.changes.map(({ path }) => path)),
    leave,
  });
}

/** What the run left: what was there before it, with its changes. */
function stateAfter(before: Snapshot, plan: RollbackPlan, folders: ReadonlySet<string>): TreeState {
  const entries = new Map(before.entries);
  for (const { path, target } of plan.changes) {
    if (target) entries.set(path, target);
    else entries.delete(path);
  }
  const empty = [...entries].filter(([, { type }]) => type === 'folder').map(([path]) => path);
  return { entries, folders: new Set([...foldersOf(entries.keys()), ...empty, ...folders]) };
}
