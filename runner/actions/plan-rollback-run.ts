import type { RunPlan } from '../../lib/recovery/run.ts';
import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import { nameSome } from '../git/git-refusal.ts';
import { planRollback } from '../git/plan-rollback.ts';
import { readSnapshot } from '../git/read-snapshot.ts';
import { openRepository } from '../git/repository.ts';
import type { RollbackPlan } from '../git/rollback-plan.ts';
import { explain, type Refusal } from './refusal.ts';
import { findCheckpoint, firstFailedState } from './saved-states.ts';

/** What a rollback of the component would do now, found by reading alone. */
export async function planRun(
  workTree: string,
  component: string,
): Promise<{ kind: 'planned'; plan: RollbackPlan; preview: RunPlan } | ({ kind: 'refused' } & Refusal)> {
  try {
    const checkpoint = await findCheckpoint(workTree, component);
    const failedAt = await firstFailedState(workTree, component, checkpoint);
    const plan = await planRollback(workTree, { checkpoint, ...(failedAt && { failedAt }) });
    if (plan.conflicts.length === 0) return { kind: 'planned', plan, preview: previewOf(plan) };
    const paths = nameSome(plan.conflicts.map(({ path }) => path));
    return {
      kind: 'refused',
      code: 'changed_by_others',
      reason: `The same files were changed again after the first failure: ${paths}. They may hold somebody else's work.`,
      advice:
        'Nothing was touched. Settle these files by hand and ask again; once it works, take a new checkpoint (kintsugi checkpoint).',
    };
  } catch (error) {
    return { kind: 'refused', ...explain(error) };
  }
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

function previewOf(plan: RollbackPlan): RunPlan {
  return {
    hash: plan.planHash,
    summary: shorten(
      `Back to checkpoint ${plan.checkpoint.name}: ${plan.changes.length === 1 ? '1 path' : `${plan.changes.length} paths`}`,
      limits.detail,
    ),
    total: plan.changes.length,
    items: plan.changes.slice(0, limits.paths).map(({ path, now, target }) => ({
      what: shorten(path, limits.path),
      change: target === null ? ('delete' as const) : now === null ? ('recreate' as const) : ('restore' as const),
    })),
  };
}
