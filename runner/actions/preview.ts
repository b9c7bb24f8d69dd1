import type { RunPlan } from '../../lib/recovery/run.ts';
import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import type { RollbackPlan } from '../git/rollback-plan.ts';

/** What a plan of paths would do, as people see it before they decide. */
export function previewOf(plan: RollbackPlan, goal: string): RunPlan {
  return {
    hash: plan.planHash,
    summary: shorten(`${goal}: ${countPaths(plan.changes.length)}`, limits.detail),
    total: plan.changes.length,
    items: plan.changes.slice(0, limits.paths).map(({ path, now, target }) => ({
      what: shorten(path, limits.path),
      change: target === null ? ('delete' as const) : now === null ? ('recreate' as const) : ('restore' as const),
    })),
  };
}

export const countPaths = (count: number) => (count === 1 ? '1 path' : `${count} paths`);
