import type { RunPlan } from '../../lib/recovery/run.ts';
import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import type { RollbackPlan } from '../git/rollback-plan.ts';

/** What a plan of paths would do, as people see it before they decide. */
export function previewOf(plan: RollbackPlan, goal: string, which: string): RunPlan {
  const listWith = `kintsugi checkpoints preview ${which} --config runner.yml`;
  return {
    hash: plan.planHash,
    summary: shorten(
      [`${goal}: ${countPaths(plan.changes.length)}`, sayLeft(plan.leftAlone)].filter(Boolean).join('. '),
      limits.detail,
    ),
    total: plan.changes.length,
    items: plan.changes
      .slice(0, limits.paths)
      .map((change) => ({ what: shorten(change.path, limits.path), change: verbOf(change) })),
    ...(Buffer.byteLength(listWith) <= limits.path && { listWith }),
  };
}

/** What happens to a path. */
export function verbOf({ now, target }: RollbackPlan['changes'][number]) {
  return target === null ? ('delete' as const) : now === null ? ('recreate' as const) : ('restore' as const);
}

/** What changed, too, and stays as it is, since it must not go back in time. */
export function sayLeft(leftAlone: RollbackPlan['leftAlone']): string {
  const some = leftKinds.flatMap(({ because, one, many }) => {
    const count = leftAlone.filter((left) => left.because === because).length;
    return count === 0 ? [] : [count === 1 ? `1 ${one}` : `${count} ${many}`];
  });
  return some.length === 0 ? '' : `Left as they are now: ${some.join(', ')}`;
}

const leftKinds = [
  { because: 'work-queue', one: 'file of the work queue', many: 'files of the work queue' },
  { because: 'runners-own', one: "of the runner's own files", many: "of the runner's own files" },
];

export const countPaths = (count: number) => (count === 1 ? '1 path' : `${count} paths`);
