import { realpath } from 'node:fs/promises';
import { shorten } from '../../lib/recovery/text-limits.ts';
import type { WorkTreeConfig } from '../config.ts';
import { GitRefusal, nameSome } from '../git/git-refusal.ts';
import { applyRollback, dropUnused, undoRollback } from '../git/restore.ts';
import { parsePlan, type RollbackPlan } from '../git/rollback-plan.ts';
import { snapshotRef } from '../git/snapshot-ref.ts';
import type { Outcome, WorkSite } from './action.ts';
import { ended, tooLate } from './begin-work.ts';
import { explain } from './refusal.ts';

export type Context = Pick<WorkSite, 'journal' | 'plan' | 'tell' | 'now' | 'isStopping'>;

/** What is done with a work tree, apart from saving and restoring. */
export interface TreeWork {
  /** Left out: runner.yml does not name it any more. */
  tree: WorkTreeConfig | undefined;
  /** The same question asked again, right before the first file is touched. */
  planAgain(plan: RollbackPlan): Promise<RollbackPlan>;
  /** How it is called: the step's name, where to, and what was done. */
  words(plan: RollbackPlan): { step: string; to: string; done: string };
  /** Once the files are there. `putBack` returns to the moment before, because of a reason. */
  conclude(plan: RollbackPlan, tree: WorkTreeConfig, putBack: (why: string) => Promise<Outcome>): Promise<Outcome>;
}

/**
 * Carries out a plan of paths, from wherever the journal says that it is: save everything, restore, conclude; when that fails, put
 * everything back. Started again after a kill at any line it comes to the same end.
 */
export async function carryOutPlan(context: Context, work: TreeWork): Promise<Outcome> {
  const { journal } = context;
  try {
    return await goOn(context, work, parsePlan(context.plan));
  } catch (error) {
    const { reason, advice } = explain(error);
    const saved = journal.reached('saved') && snapshotRef('before-recovery', journal.runId);
    const where = saved ? ` It stopped half-way. What was there before is kept under ${saved}.` : '';
    return ended(false, `${reason} ${advice}${where}`, { refs: saved ? [saved] : [] });
  }
}

async function goOn(context: Context, work: TreeWork, plan: RollbackPlan): Promise<Outcome> {
  const { journal } = context;
  const { tree } = work;
  const putBack = (why: string) => returnToBefore(context, plan, why);
  if (journal.reached('undoing')) return putBack(journal.reached('undoing')?.detail ?? '');
  if (!tree || !(await isSameFolder(tree.path, plan.workTree))) {
    const why = `runner.yml does not name ${plan.workTree} for this component any more, so the run was not finished.`;
    if (journal.reached('saved')) return putBack(why);
    return ended(false, `${why} Nothing was touched.`);
  }
  if (!journal.reached('restored')) {
    const problem = (await checkUntouched(context, work, plan)) ?? (await restore(context, work, plan));
    if (problem) return problem;
  }
  return work.conclude(plan, tree, putBack);
}

/** Before the first file is touched: is everything still as it was when a person looked at the plan? */
async function checkUntouched(context: Context, work: TreeWork, plan: RollbackPlan): Promise<Outcome | undefined> {
  if (context.journal.reached('saved')) return undefined;
  const late = tooLate(context);
  if (late) return late;
  try {
    const again = await work.planAgain(plan);
    if (again.planHash === plan.planHash && again.conflicts.length === 0) return undefined;
    return await changed(context, plan);
  } catch (error) {
    const { reason, advice } = explain(error);
    return ended(false, `Nothing was touched. ${reason} ${advice}`);
  }
}

/** A save that a plan was made for which is void now is in the way of the next plan; nothing of it was overwritten. */
async function changed({ journal }: Context, plan: RollbackPlan): Promise<Outcome> {
  try {
    await dropUnused(plan.workTree, journal.runId);
  } catch (error) {
    if (isLocked(error)) return { kind: 'locked' };
    throw error;
  }
  return { kind: 'changed' };
}

async function restore(context: Context, { words }: TreeWork, plan: RollbackPlan): Promise<Outcome | undefined> {
  const { journal, tell, now } = context;
  const { step: name, to, done } = words(plan);
  const reach = (milestone: 'saved' | 'restored') =>
    journal.write({ kind: 'reached', at: now().toISOString(), milestone });
  if (context.isStopping()) return { kind: 'interrupted' };
  const begun = performance.now();
  const since = () => Math.round(performance.now() - begun);
  if (!journal.reached('saved')) await tell({ name: 'Save everything', state: 'started' });
  try {
    await applyRollback(plan, {
      name: journal.runId,
      at: now(),
      onStep: async (step) => {
        if (step.step !== 'saved') return;
        if (!journal.reached('saved')) reach('saved');
        const detail = `All that is on disk is kept under ${step.ref}`;
        await tell({ name: 'Save everything', state: 'done', detail, durationMs: since() });
        await tell({ name, state: 'started', detail: to });
      },
    });
  } catch (error) {
    if (isLocked(error)) return { kind: 'locked' };
    const { reason, advice } = explain(error);
    if (!journal.reached('saved')) {
      await tell({ name: 'Save everything', state: 'failed', detail: reason, durationMs: since() });
      if (isChanged(error)) return changed(context, plan);
      return ended(false, `Nothing was touched. ${reason} ${advice}`);
    }
    await tell({ name, state: 'failed', detail: reason, durationMs: since() });
    return returnToBefore(context, plan, `The ${name.toLowerCase()} stopped. ${reason}`);
  }
  reach('restored');
  await tell({ name, state: 'done', detail: done, durationMs: since() });
  return undefined;
}

/** Back to the moment before, because of `why`. What cannot be put back is named, with the ref that holds it. */
async function returnToBefore(context: Context, plan: RollbackPlan, why: string): Promise<Outcome> {
  const { journal, tell, now } = context;
  const saved = snapshotRef('before-recovery', journal.runId);
  if (!journal.reached('undoing')) {
    journal.write({ kind: 'reached', at: now().toISOString(), milestone: 'undoing', detail: why });
  }
  const begun = performance.now();
  await tell({ name: 'Undo', state: 'started', detail: 'Back to the moment before' });
  try {
    const { changedMeanwhile } = await undoRollback(plan.workTree, saved, { at: now() });
    const durationMs = Math.round(performance.now() - begun);
    const words = sayPutBack(changedMeanwhile);
    await tell({ name: 'Undo', state: 'done', detail: words, durationMs });
    return ended(false, `${why} ${words}`, { refs: refsOf(context, plan, { isUndone: true }) });
  } catch (error) {
    if (isLocked(error)) return { kind: 'locked' };
    const { reason, advice } = explain(error);
    await tell({ name: 'Undo', state: 'failed', detail: reason });
    const where = `Nothing is lost: what was there before is kept under ${saved}.`;
    return ended(false, `${why} The undo was not possible: ${reason} ${advice} ${where}`, {
      refs: refsOf(context, plan),
    });
  }
}

/** What else is not as before was changed by somebody else, or by the commands that ran: it is theirs. */
function sayPutBack(changedMeanwhile: readonly string[]): string {
  if (changedMeanwhile.length === 0) return 'All files are as they were before.';
  const paths = shorten(nameSome(changedMeanwhile), 500);
  return `All that the run changed is as it was before. Others, or the commands that ran, changed meanwhile: ${paths}. These stay as they are now.`;
}

const isLocked = (error: unknown) => error instanceof GitRefusal && error.code === 'rollback_running';
const isChanged = (error: unknown) => error instanceof GitRefusal && error.code === 'changed_since_plan';

async function isSameFolder(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((path) => realpath(path).catch(() => path)));
  return one === other;
}

/** Where all that was there before is kept, and what it was brought to. */
export function refsOf({ journal }: Pick<Context, 'journal'>, plan: RollbackPlan, { isUndone = false } = {}): string[] {
  const kept = [snapshotRef('before-recovery', journal.runId)];
  if (isUndone) kept.push(snapshotRef('before-undo', journal.runId));
  return [...kept, plan.checkpoint.ref];
}
