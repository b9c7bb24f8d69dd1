import type { RunPlan } from '../../lib/recovery/run.ts';
import { nameSome } from '../git/git-refusal.ts';
import { planReturn, planRollback } from '../git/plan-rollback.ts';
import { readSnapshot, type Snapshot } from '../git/read-snapshot.ts';
import { openRepository } from '../git/repository.ts';
import { type Conflict, type LeftFolder, RollbackPlan } from '../git/rollback-plan.ts';
import { foldersOf } from '../git/tree-path.ts';
import { previewOf } from './preview.ts';
import { explain, type Refusal } from './refusal.ts';
import { findCheckpoint, firstFailedState } from './saved-states.ts';

interface PlanOptions {
  /** The newest when left out. */
  checkpoint?: string | undefined;
  shown?: unknown;
  leave?: readonly LeftFolder[];
}

/**
 * What a rollback of the component, to its newest checkpoint or a named one, would do now; found by reading alone. Planned once more
 * because files moved after `shown`, a path that differs from it may be somebody's work, like one that changed after the failure.
 */
export async function planRun(
  workTree: string,
  component: string,
  { checkpoint: name, shown, leave = [] }: PlanOptions = {},
): Promise<{ kind: 'planned'; plan: RollbackPlan; preview: RunPlan } | ({ kind: 'refused' } & Refusal)> {
  try {
    const checkpoint = await findCheckpoint(workTree, component, name);
    const failedAt = await firstFailedState(workTree, component);
    const before = RollbackPlan.safeParse(shown).data;
    const isSame = before?.failedAt === null && before.checkpoint.commit === checkpoint.commit;
    const plan =
      !failedAt && isSame
        ? await planAsShown(before, checkpoint, leave)
        : await planRollback(workTree, { checkpoint, leave, ...(failedAt && { failedAt }) });
    if (plan.conflicts.length > 0)
      return { kind: 'refused', ...refuseConflicts(plan.conflicts, failedAt !== undefined) };
    const which = `--component ${component} --name ${plan.checkpoint.name}`;
    return { kind: 'planned', plan, preview: previewOf(plan, `Back to checkpoint ${plan.checkpoint.name}`, which) };
  } catch (error) {
    return { kind: 'refused', ...explain(error) };
  }
}

/** Somebody's work comes first; what a rollback cannot do at all is said when nothing else is in the way. */
function refuseConflicts(conflicts: readonly Conflict[], sinceFailure: boolean): Refusal {
  const pathsThatAre = (...causes: Conflict['because'][]) =>
    conflicts.filter(({ because }) => causes.includes(because)).map(({ path }) => path);
  const inTheWay = (conflict: Conflict) => ['blocked-by-file', 'folder-holds-other-files'].includes(conflict.because);
  const byOthers = pathsThatAre('changed-after-failure');
  if (byOthers.length > 0 && !sinceFailure) {
    return {
      code: 'changed_by_others',
      reason: `Somebody changed these files after the plan was shown: ${nameSome(byOthers)}.`,
      advice:
        'Nothing was touched. If that is work to keep, move it elsewhere. Ask again: whatever differs from the checkpoint then is rolled back, and kept under the ref that the run names.',
    };
  }
  if (byOthers.length > 0) {
    return {
      code: 'changed_by_others',
      reason: `The same files were changed again after the first failure: ${nameSome(byOthers)}. They may hold somebody else's work.`,
      advice:
        'Nothing was touched. Settle these files by hand and ask again; once it works, take a new checkpoint (kintsugi checkpoint).',
    };
  }
  const others = conflicts.filter(inTheWay).map(({ path, other }) => other ?? path);
  if (others.length > 0) {
    return {
      code: 'changed_by_others',
      reason: `Other files are in the way of what must come back: ${nameSome(others)}.`,
      advice: 'Nothing was touched. Move these files elsewhere and ask again.',
    };
  }
  const submodules = pathsThatAre('submodule-changed');
  if (submodules.length > 0) {
    return {
      code: 'submodule_changed',
      reason: `The failed work changed submodules, which a rollback does not write: ${nameSome(submodules)}.`,
      advice: 'Nothing was touched. Bring these submodules back by hand (git submodule update) and ask again.',
    };
  }
  const inner = pathsThatAre('inside-inner-repository');
  if (inner.length > 0) {
    return {
      code: 'inside_repository',
      reason: `These paths are inside a repository of their own by now: ${nameSome(inner)}.`,
      advice: 'Nothing was touched. Move that repository elsewhere and ask again.',
    };
  }
  return {
    code: 'out_of_reach',
    reason: `These paths cannot be read, or are no files: ${nameSome(pathsThatAre('out-of-reach'))}.`,
    advice: 'Nothing was touched. Give the runner the right to read them, or move them elsewhere, and ask again.',
  };
}

/** The same plan, made again: its hash says whether anything that it is about has changed meanwhile. */
export async function planAgain(plan: RollbackPlan, leave: readonly LeftFolder[]): Promise<RollbackPlan> {
  const { workTree, checkpoint, failedAt } = plan;
  const repository = await openRepository(workTree);
  const there = await readSnapshot(repository, checkpoint.ref);
  if (failedAt === null) return planAsShown(plan, there, leave);
  return planRollback(workTree, { checkpoint: there, failedAt: await readSnapshot(repository, failedAt), leave });
}

/** No snapshot holds the failed state, but people looked at it: the checkpoint, with what the plan found changed. */
async function planAsShown(
  { workTree, changes }: RollbackPlan,
  checkpoint: Snapshot,
  leave: readonly LeftFolder[],
): Promise<RollbackPlan> {
  const entries = new Map(checkpoint.entries);
  for (const { path, now } of changes) {
    if (now) entries.set(path, now);
    else entries.delete(path);
  }
  const folders = new Set([...checkpoint.folders, ...foldersOf(entries.keys())]);
  return planReturn(await openRepository(workTree), { checkpoint, failed: { entries, folders }, leave });
}
