import { nameSome } from '../git/git-refusal.ts';
import { planUndo } from '../git/plan-undo.ts';
import type { LeftFolder } from '../git/rollback-plan.ts';
import type { Planned } from './action.ts';
import { previewOf, sayLeft } from './preview.ts';
import { explain } from './refusal.ts';

/** What the undo of a run would do now, found by reading alone. */
export async function planUndoRun(
  workTree: string,
  undoes: string,
  leave: readonly LeftFolder[] = [],
): Promise<Planned> {
  try {
    const plan = await planUndo(workTree, undoes, leave);
    if (plan.conflicts.length > 0) {
      const paths = nameSome(plan.conflicts.map(({ path }) => path));
      return {
        kind: 'refused',
        code: 'changed_by_others',
        reason: `Somebody worked on these files since run ${undoes}: ${paths}.`,
        advice: `Nothing was touched. What was there before that run is kept: git show ${plan.checkpoint.ref}:PATH`,
      };
    }
    if (plan.changes.length === 0 && plan.leftAlone.length > 0) {
      return {
        kind: 'refused',
        code: 'nothing_to_undo',
        reason: `What run ${undoes} changed does not go back in time. ${sayLeft(plan.leftAlone)}.`,
        advice: `What was there before that run is kept: git show ${plan.checkpoint.ref}:PATH`,
      };
    }
    if (plan.changes.length === 0) {
      return {
        kind: 'refused',
        code: 'already_undone',
        reason: `Every file that run ${undoes} changed is as it was before that run.`,
        advice: 'There is nothing to undo.',
      };
    }
    return {
      kind: 'planned',
      plan,
      preview: previewOf(plan, `Back to the moment before run ${undoes}`, `--undo ${undoes}`),
    };
  } catch (error) {
    return { kind: 'refused', ...explain(error) };
  }
}
