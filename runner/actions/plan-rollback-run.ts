import type { RunPlan } from '../../lib/recovery/run.ts';
import { nameSome } from '../git/git-refusal.ts';
import { planRollback } from '../git/plan-rollback.ts';
import { readSnapshot } from '../git/read-snapshot.ts';
import { openRepository } from '../git/repository.ts';
import type { Conflict, RollbackPlan } from '../git/rollback-plan.ts';
import { previewOf } from './preview.ts';
import { explain, type Refusal } from './refusal.ts';
import { findCheckpoint, firstFailedState } from './saved-states.ts';

/** What a rollback of the component, to its newest checkpoint or a named one, would do now; found by reading alone. */
export async function planRun(
  workTree: string,
  component: string,
  name?: string,
): Promise<{ kind: 'planned'; plan: RollbackPlan; preview: RunPlan } | ({ kind: 'refused' } & Refusal)> {
  try {
    const checkpoint = await findCheckpoint(workTree, component, name);
    const failedAt = await firstFailedState(workTree, component);
    const plan = await planRollback(workTree, { checkpoint, ...(failedAt && { failedAt }) });
    if (plan.conflicts.length > 0) return { kind: 'refused', ...refuseConflicts(plan.conflicts) };
    return { kind: 'planned', plan, preview: previewOf(plan, `Back to checkpoint ${plan.checkpoint.name}`) };
  } catch (error) {
    return { kind: 'refused', ...explain(error) };
  }
}

/** Somebody's work comes first; what a rollback cannot do at all is said when nothing else is in the way. */
function refuseConflicts(conflicts: readonly Conflict[]): Refusal {
  const pathsThatAre = (...causes: Conflict['because'][]) =>
    conflicts.filter(({ because }) => causes.includes(because)).map(({ path }) => path);
  const inTheWay = (conflict: Conflict) => ['blocked-by-file', 'folder-holds-other-files'].includes(conflict.because);
  const byOthers = pathsThatAre('changed-after-failure');
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
export async function planAgain({ workTree, checkpoint, failedAt }: RollbackPlan): Promise<RollbackPlan> {
  const repository = await openRepository(workTree);
  const failed = failedAt === null ? undefined : await readSnapshot(repository, failedAt);
  return planRollback(workTree, {
    checkpoint: await readSnapshot(repository, checkpoint.ref),
    ...(failed && { failedAt: failed }),
  });
}
