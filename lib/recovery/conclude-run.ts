import type { Failure, Transition } from '../failure/failure.ts';
import { recoveryEnded, recoveryFailed, recoverySucceeded } from '../failure/moves/by-recovery.ts';
import type { Move } from '../failure/moves/move.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import type { RecoveryRun } from './run.ts';
import { isEnded } from './run-moves.ts';

/** What the end of its run does to the failure: resolved, or back with whoever had it, in the run's own words. */
export function conclusion(failure: Failure, run: RecoveryRun, move: Move): Transition {
  const about = { ...move, runId: run.id, strategy: run.strategy };
  switch (run.state) {
    case 'requested':
    case 'awaiting-approval':
    case 'running':
      return { kind: 'unchanged', failure, because: 'recovering' };
    case 'succeeded':
      return recoverySucceeded(failure, about);
    case 'failed':
      // Without a start the runner only planned, and said no.
      return run.startedAt
        ? recoveryFailed(failure, { ...about, reason: run.reason })
        : recoveryEnded(failure, { ...about, reason: run.reason });
    case 'lost':
    // Nobody knows yet what it did: it counts when its runner is back and says how it ended.
    case 'cancelled':
    case 'declined':
    case 'expired':
      return recoveryEnded(failure, { ...about, reason: run.reason });
    default:
      return run satisfies never;
  }
}

/** Gives the failure of an ended run back, once; a failure that the run does not hold is left alone. */
export async function concludeRun(
  { failures, ids, now, log }: Pick<RecoveryPorts, 'failures' | 'ids' | 'now' | 'log'>,
  run: RecoveryRun,
): Promise<void> {
  if (!isEnded(run)) return;
  const actionId = ids.actionId();
  await retryOnConflict(async () => {
    const stored = await failures.get(run.failureId);
    if (!stored) return;
    const at = now();
    const by = run.lastAction.by;
    const transition = conclusion(stored.failure, run, { by, at, actionId });
    if (transition.kind === 'unchanged') return;
    const dues = { show: at.getTime(), learn: at.getTime() };
    await failures.saveState(transition.failure, { expectedVersion: stored.failure.version, dues });
    log('run concluded', { failureId: run.failureId, runId: run.id, state: run.state });
  });
}
