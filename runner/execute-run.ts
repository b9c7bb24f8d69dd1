import { join } from 'node:path';
import type { FailureId } from '../lib/failure/failure.ts';
import { heartbeatMs } from '../lib/recovery/run.ts';
import { explain } from './actions/refusal.ts';
import { rollBack } from './actions/rollback.ts';
import type { RunnerContext } from './context.ts';
import { findRepository } from './git/repository.ts';
import { snapshotRef } from './git/snapshot-ref.ts';
import type { RunJournal } from './journal.ts';
import { takeLock } from './process-lock.ts';
import { endLeftOver } from './run-program.ts';

/** Begins a run that was released, or goes on with one that a killed runner left. Never throws: the end is a report. */
export function startRun(context: RunnerContext, run: RunJournal): void {
  const offer = run.find('offered')?.offer;
  if (offer?.kind !== 'offer') throw new Error(`${run.runId}: the journal holds no offer`);
  const { workTree } = offer;
  const done = execute(context, run, { workTree, failureId: offer.failureId })
    .catch((error: unknown) =>
      context.log('run not ended, the next start goes on', { runId: run.runId, error: String(error) }),
    )
    .finally(() => context.atWork.delete(workTree));
  context.atWork.set(workTree, { runId: run.runId, done });
}

async function execute(
  context: RunnerContext,
  run: RunJournal,
  { workTree, failureId }: { workTree: string; failureId: FailureId },
): Promise<void> {
  const { desk, log, config } = context;
  const end = async (ok: boolean, reason: string, refs: string[]) => {
    await desk.report(run, failureId, { kind: 'result', ok, reason, refs });
    run.write({ kind: 'ended', at: context.now().toISOString(), how: 'done' });
    log('run ended', { runId: run.runId, failureId, ok, reason });
  };
  if (run.reports().some(({ report }) => report === 'result')) {
    // Killed between the report of its end and the note of it.
    run.write({ kind: 'ended', at: context.now().toISOString(), how: 'done' });
    return;
  }
  const tree = config.workTrees[workTree];
  if (!tree) return end(false, `runner.yml has no work tree ${workTree} any more, so the run was not finished.`, []);
  for (const child of run.children()) endLeftOver(child);
  const lock = await lockTree(tree.path, run.runId);
  if ('heldBy' in lock) {
    return end(
      false,
      `Process ${lock.heldBy.pid} is recovering this work tree (${lock.heldBy.holder}). Nothing was touched.`,
      [],
    );
  }
  log('run started', { runId: run.runId, failureId, workTree });
  const beat = setInterval(() => void desk.heartbeat(run, failureId), heartbeatMs);
  try {
    const outcome = await rollBack({
      tree,
      journal: run,
      now: context.now,
      isStopping: context.isStopping,
      tell: (step) => desk.report(run, failureId, { kind: 'step', step }),
    });
    if (outcome.kind === 'ended') await end(outcome.ok, outcome.reason, outcome.refs);
    else log('run interrupted, the next start goes on', { runId: run.runId, failureId });
  } catch (error) {
    const { reason, advice } = explain(error);
    const saved = run.reached('saved') ? [snapshotRef('before-recovery', run.runId)] : [];
    await end(false, `${reason} ${advice}`, saved);
  } finally {
    clearInterval(beat);
    lock.release();
  }
}

/** In the git folder, so that every runner on this host sees it. A lock of the same run is one that a killed runner left. */
async function lockTree(path: string, runId: string) {
  const repository = await findRepository(path);
  const file = join(repository?.gitDir ?? path, 'kintsugi-recovery.lock');
  return takeLock(file, runId, { fromSameHolder: true });
}
