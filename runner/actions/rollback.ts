import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import type { WorkTreeConfig } from '../config.ts';
import { nameSome } from '../git/git-refusal.ts';
import { openRepository } from '../git/repository.ts';
import { changedSince } from '../git/restore.ts';
import type { RollbackPlan } from '../git/rollback-plan.ts';
import { snapshotRef } from '../git/snapshot-ref.ts';
import { summariseChange } from '../git/summarise-change.ts';
import type { Outcome, WorkSite } from './action.ts';
import { ended } from './begin-work.ts';
import { carryOutPlan, refsOf } from './carry-out-plan.ts';
import { leftFolders } from './left-folders.ts';
import { planAgain } from './plan-rollback-run.ts';
import { countPaths } from './preview.ts';
import { markVerified } from './saved-states.ts';
import { verify } from './verify.ts';

/** Rollback and retry: save everything, restore, verify; when it still does not work, put everything back. */
export function rollBack(site: WorkSite, tree: WorkTreeConfig | undefined): Promise<Outcome> {
  const { journal, now } = site;
  return carryOutPlan(site, {
    tree,
    planAgain: (plan) => planAgain(plan, leftFolders(site.config, plan.workTree)),
    words: (plan) => ({ step: 'Roll back', to: `To checkpoint ${plan.checkpoint.name}`, done: whatWasRestored(plan) }),
    async conclude(plan, configured, putBack) {
      const verdict = await verify(configured, site);
      switch (verdict.kind) {
        case 'works': {
          await markVerified(plan.workTree, configured.component, snapshotRef('before-recovery', journal.runId), now());
          // It worked; that its size cannot be told takes nothing away from that.
          const failedChange = await summarise(plan, snapshotRef('before-recovery', journal.runId)).catch(
            () => undefined,
          );
          // A check may write what it checks: it still passes, but somebody should know.
          const changed = await changedSince(plan).catch(() => []);
          const but =
            changed.length > 0
              ? ` But what ran since has changed some of them again: ${nameSome(changed)}. Look at them.`
              : '';
          const reason = `${whatWasRestored(plan)} The check passes (${verdict.how}).${but}`;
          return ended(true, reason, {
            refs: refsOf(site, plan),
            ...(failedChange && { failedChange }),
            canUndo: plan.changes.length > 0,
          });
        }
        case 'fails': {
          const attempts = verdict.attempts > 1 ? `, ${verdict.attempts} attempts` : '';
          return putBack(`The check still fails after the rollback (${verdict.how}${attempts}).`);
        }
        case 'stopped':
          return { kind: 'interrupted' };
        default:
          return verdict satisfies never;
      }
    },
  });
}

/** What was rolled back, for the person who does it again, smaller. */
async function summarise(plan: RollbackPlan, ref: string) {
  if (plan.changes.length === 0) return undefined;
  const repository = await openRepository(plan.workTree);
  const paths = plan.changes.map(({ path }) => path);
  const { linesAdded, linesRemoved } = await summariseChange(repository, {
    from: plan.checkpoint.commit,
    to: ref,
    paths,
  });
  const first = paths.slice(0, limits.changedPaths).map((path) => shorten(path, limits.path));
  return { ref, from: plan.checkpoint.ref, files: paths.length, linesAdded, linesRemoved, paths: first };
}

function whatWasRestored({ changes, checkpoint }: RollbackPlan): string {
  if (changes.length === 0) return `Nothing had changed since checkpoint ${checkpoint.name}.`;
  return `Rolled ${countPaths(changes.length)} back to checkpoint ${checkpoint.name}.`;
}
