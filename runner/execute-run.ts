import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { FailureId } from '../lib/failure/failure.ts';
import { heartbeatMs } from '../lib/recovery/run.ts';
import { explain } from './actions/refusal.ts';
import { type RollbackOutcome, rollBack } from './actions/rollback.ts';
import { waitUnlessStopping } from './actions/verify.ts';
import type { RunnerContext } from './context.ts';
import { findRepository } from './git/repository.ts';
import { parsePlan } from './git/rollback-plan.ts';
import { snapshotRef } from './git/snapshot-ref.ts';
import type { RunJournal } from './journal.ts';
import { takeLock } from './process-lock.ts';
import { endLeftOver } from './run-program.ts';

/** A run that waits for another process looks again after so long, and twice as long each time. */
const lockedMs = { first: 1000, most: 60_000 };

/** The folder itself, whatever it is called in runner.yml: two names of one work tree are one. */
export function placeOf({ config }: Pick<RunnerContext, 'config'>, workTree: string | undefined): string {
  const path = config.workTrees[workTree ?? '']?.path ?? workTree ?? '';
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Begins a run that was released, or goes on with one that a killed runner left. Never throws: the end is a report. */
export function startRun(context: RunnerContext, run: RunJournal): void {
  const offer = run.find('offered')?.offer;
  if (offer?.kind !== 'offer') throw new Error(`${run.runId}: the journal holds no offer`);
  const { workTree, failureId } = offer;
  const place = placeOf(context, workTree);
  const before = context.atWork.get(place)?.done;
  const done = (before ?? Promise.resolve())
    .then(() => execute(context, run, { workTree, failureId }))
    .catch((error: unknown) =>
      context.log('run not ended, the next start goes on', { runId: run.runId, error: String(error) }),
    )
    .finally(() => {
      if (context.atWork.get(place)?.runId === run.runId) context.atWork.delete(place);
    });
  context.atWork.set(place, { runId: run.runId, done });
}

async function execute(
  context: RunnerContext,
  run: RunJournal,
  { workTree, failureId }: { workTree: string | undefined; failureId: FailureId },
): Promise<void> {
  const { desk, log } = context;
  const { runId } = run;
  const end = async ({ ok, reason, refs }: { ok: boolean; reason: string; refs: string[] }) => {
    await desk.report(run, failureId, { kind: 'result', ok, reason, refs });
    run.write({ kind: 'ended', at: context.now().toISOString(), how: 'done' });
    log('run ended', { runId, failureId, ok, reason });
  };
  if (run.reports().some(({ report }) => report === 'result')) {
    // Killed between the report of its end and the note of it.
    run.write({ kind: 'ended', at: context.now().toISOString(), how: 'done' });
    return;
  }
  for (const child of run.children()) endLeftOver(child);
  log('run started', { runId, failureId, workTree });
  const beat = setInterval(() => void desk.heartbeat(run, failureId), heartbeatMs);
  try {
    for (let wait = lockedMs.first; ; wait = Math.min(wait * 2, lockedMs.most)) {
      const outcome = await attempt(context, run, { workTree, failureId });
      if (outcome.kind === 'ended') return await end(outcome);
      if (outcome.kind === 'interrupted' || context.isStopping()) {
        return log('run interrupted, the next start goes on', { runId, failureId });
      }
      log('another process is at work in this work tree, waiting for it', { runId, failureId });
      await waitUnlessStopping(wait, context);
    }
  } catch (error) {
    const { reason, advice } = explain(error);
    const saved = run.reached('saved') && snapshotRef('before-recovery', runId);
    const where = saved ? ` It stopped half-way. What was there before is kept under ${saved}.` : '';
    await end({ ok: false, reason: `${reason} ${advice}${where}`, refs: saved ? [saved] : [] });
  } finally {
    clearInterval(beat);
  }
}

async function attempt(
  context: RunnerContext,
  run: RunJournal,
  { workTree, failureId }: { workTree: string | undefined; failureId: FailureId },
): Promise<RollbackOutcome> {
  const { desk, config } = context;
  // Once it has begun, it is about the folder that the plan names, whatever runner.yml says by now.
  const lock = await lockTree(parsePlan(run.find('planned')?.plan).workTree, run.runId);
  if (!lock) return { kind: 'locked' };
  try {
    return await rollBack({
      tree: Object.hasOwn(config.workTrees, workTree ?? '') ? config.workTrees[workTree ?? ''] : undefined,
      journal: run,
      now: context.now,
      isStopping: context.isStopping,
      tell: (step) => desk.report(run, failureId, { kind: 'step', step }),
    });
  } finally {
    lock.release();
  }
}

/** In the git folder, so that every runner on this host sees it. A lock of the same run is one that a killed runner left. */
async function lockTree(path: string, runId: string) {
  const repository = await findRepository(path);
  const file = join(repository?.gitDir ?? path, 'kintsugi-recovery.lock');
  const lock = takeLock(file, runId, { fromSameHolder: true });
  return 'heldBy' in lock ? undefined : lock;
}
