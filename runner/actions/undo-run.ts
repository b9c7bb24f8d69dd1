import type { WorkTreeConfig } from '../config.ts';
import { planUndo } from '../git/plan-undo.ts';
import type { RollbackPlan } from '../git/rollback-plan.ts';
import type { Outcome, WorkSite } from './action.ts';
import { ended } from './begin-work.ts';
import { carryOutPlan, refsOf } from './carry-out-plan.ts';
import { leftFolders } from './left-folders.ts';
import { countPaths } from './preview.ts';
import { unmarkVerified } from './saved-states.ts';

/** Undo of an earlier run: save everything, put its paths back. It is the state that had failed, so no check is asked. */
export function undoRun(site: WorkSite, tree: WorkTreeConfig | undefined): Promise<Outcome> {
  return carryOutPlan(site, {
    tree,
    planAgain: ({ workTree, checkpoint }) => planUndo(workTree, checkpoint.name, leftFolders(site.config, workTree)),
    words: (plan) => ({
      step: 'Put back',
      to: `The moment before run ${plan.checkpoint.name}`,
      done: whatWasPutBack(plan),
    }),
    async conclude(plan, configured) {
      await unmarkVerified(plan.workTree, configured.component, plan.checkpoint.commit);
      const reason = `${whatWasPutBack(plan)} The check was not run.`;
      return ended(true, reason, { refs: refsOf(site, plan), canUndo: true });
    },
  });
}

function whatWasPutBack({ changes, checkpoint }: RollbackPlan): string {
  const verb = changes.length === 1 ? 'is' : 'are';
  return `${countPaths(changes.length)} ${verb} as before run ${checkpoint.name}.`;
}
