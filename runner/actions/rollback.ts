import { realpath } from 'node:fs/promises';
import type { WorkTreeConfig } from '../config.ts';
import { GitRefusal, nameSome } from '../git/git-refusal.ts';
import { applyRollback, undoRollback } from '../git/restore.ts';
import { parsePlan, type RollbackPlan } from '../git/rollback-plan.ts';
import { snapshotRef } from '../git/snapshot-ref.ts';
import type { RunJournal } from '../journal.ts';
import { planAgain } from './plan-rollback-run.ts';
import { explain } from './refusal.ts';
import { markVerified } from './saved-states.ts';
import type { TellStep } from './tell-step.ts';
import { verify } from './verify.ts';

/** A go that a stopped runner finds later than this, with nothing touched yet, is not carried out any more. */
const goFreshMs = 5 * 60_000;

export interface RollbackContext {
  /** Left out: runner.yml does not name it any more. */
  tree: WorkTreeConfig | undefined;
  journal: RunJournal;
  tell: TellStep;
  now: () => Date;
  isStopping: () => boolean;
}

export type RollbackOutcome =
  | { kind: 'ended'; ok: boolean; reason: string; refs: string[] }
  /** The runner stops between two steps; the next start goes on from the journal. */
  | { kind: 'interrupted' }
  /** Another process rolls back here: neither done nor undone, it goes on once that has ended. */
  | { kind: 'locked' };

/**
 * Rollback and retry, from wherever the journal says that it is: save everything, restore, verify; when it still does not
 * work, undo. Started again after a kill at any line it comes to the same end.
 */
export async function rollBack(context: RollbackContext): Promise<RollbackOutcome> {
  const { journal, tree } = context;
  const plan = parsePlan(journal.find('planned')?.plan);
  if (journal.reached('undoing')) return undo(context, plan, journal.reached('undoing')?.detail ?? '');
  if (!tree || !(await isSameFolder(tree.path, plan.workTree))) {
    const why = `runner.yml does not name ${plan.workTree} for this component any more, so the run was not finished.`;
    if (journal.reached('saved')) return undo(context, plan, why);
    return ended(false, `${why} Nothing was touched.`, []);
  }
  if (!journal.reached('restored')) {
    const problem = (await checkUntouched(context, plan)) ?? (await restore(context, plan));
    if (problem) return problem;
  }
  const onStart = (child: { pid: number; birth: string }) => journal.write({ kind: 'child', ...child });
  const verdict = await verify(tree, { tell: context.tell, isStopping: context.isStopping, onStart });
  switch (verdict.kind) {
    case 'works':
      await markVerified(plan.workTree, tree.component, snapshotRef('before-recovery', journal.runId), context.now());
      return ended(true, `${whatWasRestored(plan)} The check passes (${verdict.how}).`, refsOf(context, plan));
    case 'fails': {
      const attempts = verdict.attempts > 1 ? `, ${verdict.attempts} attempts` : '';
      return undo(context, plan, `The check still fails after the rollback (${verdict.how}${attempts}).`);
    }
    case 'stopped':
      return { kind: 'interrupted' };
    default:
      return verdict satisfies never;
  }
}

/** Before the first file is touched: is everything still as it was when a person looked at the plan? */
async function checkUntouched(context: RollbackContext, plan: RollbackPlan): Promise<RollbackOutcome | undefined> {
  const { journal, now } = context;
  if (journal.reached('saved')) return undefined;
  const go = journal.reached('go');
  if (go && now().getTime() - Date.parse(go.at) > goFreshMs) {
    return ended(false, 'The runner was away when it was told to go, and it is too late now. Nothing was touched.', []);
  }
  try {
    const again = await planAgain(plan);
    if (again.planHash === plan.planHash && again.conflicts.length === 0) return undefined;
    const paths = differences(plan, again);
    return ended(false, `Files changed after the preview was made: ${paths}. Nothing was touched. Ask again.`, []);
  } catch (error) {
    const { reason, advice } = explain(error);
    return ended(false, `Nothing was touched. ${reason} ${advice}`, []);
  }
}

async function restore(context: RollbackContext, plan: RollbackPlan): Promise<RollbackOutcome | undefined> {
  const { journal, tell, now } = context;
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
        await tell({ name: 'Roll back', state: 'started', detail: `To checkpoint ${plan.checkpoint.name}` });
      },
    });
  } catch (error) {
    if (isLocked(error)) return { kind: 'locked' };
    const { reason, advice } = explain(error);
    if (!journal.reached('saved')) {
      await tell({ name: 'Save everything', state: 'failed', detail: reason, durationMs: since() });
      return ended(false, `Nothing was touched. ${reason} ${advice}`, []);
    }
    await tell({ name: 'Roll back', state: 'failed', detail: reason, durationMs: since() });
    return undo(context, plan, `The rollback stopped. ${reason}`);
  }
  reach('restored');
  await tell({ name: 'Roll back', state: 'done', detail: whatWasRestored(plan), durationMs: since() });
  return undefined;
}

/** Back to the moment before, because of `why`. What cannot be put back is named, with the ref that holds it. */
async function undo(context: RollbackContext, plan: RollbackPlan, why: string): Promise<RollbackOutcome> {
  const { journal, tell, now } = context;
  const saved = snapshotRef('before-recovery', journal.runId);
  if (!journal.reached('undoing')) {
    journal.write({ kind: 'reached', at: now().toISOString(), milestone: 'undoing', detail: why });
  }
  const begun = performance.now();
  await tell({ name: 'Undo', state: 'started', detail: 'Back to the moment before the rollback' });
  try {
    await undoRollback(plan.workTree, saved, { at: now() });
    const durationMs = Math.round(performance.now() - begun);
    await tell({ name: 'Undo', state: 'done', detail: 'All files are as they were before', durationMs });
    return ended(false, `${why} All files are as they were before.`, refsOf(context, plan, { isUndone: true }));
  } catch (error) {
    if (isLocked(error)) return { kind: 'locked' };
    const { reason, advice } = explain(error);
    await tell({ name: 'Undo', state: 'failed', detail: reason });
    const where = `Nothing is lost: what was there before is kept under ${saved}.`;
    return ended(false, `${why} The undo was not possible: ${reason} ${advice} ${where}`, refsOf(context, plan));
  }
}

const isLocked = (error: unknown) => error instanceof GitRefusal && error.code === 'rollback_running';

async function isSameFolder(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((path) => realpath(path).catch(() => path)));
  return one === other;
}

function whatWasRestored({ changes, checkpoint }: RollbackPlan): string {
  if (changes.length === 0) return `Nothing had changed since checkpoint ${checkpoint.name}.`;
  return `Rolled ${changes.length === 1 ? '1 path' : `${changes.length} paths`} back to checkpoint ${checkpoint.name}.`;
}

function differences(before: RollbackPlan, after: RollbackPlan): string {
  const text = (plan: RollbackPlan) => new Map(plan.changes.map((change) => [change.path, JSON.stringify(change)]));
  const [old, now] = [text(before), text(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
  return nameSome([...paths, ...after.conflicts.map(({ path }) => path)]);
}

function refsOf({ journal }: RollbackContext, plan: RollbackPlan, { isUndone = false } = {}): string[] {
  const kept = [snapshotRef('before-recovery', journal.runId)];
  if (isUndone) kept.push(snapshotRef('before-undo', journal.runId));
  return [...kept, plan.checkpoint.ref];
}

function ended(ok: boolean, reason: string, refs: string[]): RollbackOutcome {
  return { kind: 'ended', ok, reason, refs };
}
