import type { Failure } from '../failure/failure.ts';
import { recoveryDone, recoveryEnded, recoveryFailed, recoverySucceeded } from '../failure/moves/by-recovery.ts';
import type { Move } from '../failure/moves/move.ts';
import type { Transition } from '../failure/transition.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import type { RecoveryRun } from './run.ts';
import { hasActed, isEnded } from './run-states.ts';
import { strategies } from './strategies.ts';

/** What the end of its run does to the failure: resolved, or back with whoever had it, in the run's own words. */
function conclusion(failure: Failure, run: RecoveryRun, move: Move): Transition {
  const about = { ...move, runId: run.id, strategy: run.strategy };
  switch (run.state) {
    case 'requested':
    case 'awaiting-approval':
    case 'running':
      return { kind: 'unchanged', failure, because: 'recovering' };
    case 'succeeded':
      // What nobody checked neither resolves it nor counts as something that worked.
      if (run.unverified) return recoveryEnded(failure, { ...about, reason: run.reason });
      return strategies[run.strategy].resolves
        ? recoverySucceeded(failure, about)
        : recoveryDone(failure, { ...about, reason: run.reason, askedBy: run.requestedBy });
    case 'failed':
      return hasActed(run)
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
  { failures, hints, ids, now, log }: Pick<RecoveryPorts, 'failures' | 'hints' | 'ids' | 'now' | 'log'>,
  run: RecoveryRun,
): Promise<void> {
  if (!isEnded(run)) return;
  const { failureId } = run;
  const actionId = ids.actionId();
  await retryOnConflict(async () => {
    const stored = await failures.get(failureId);
    if (!stored) return;
    const at = now();
    const by = run.lastAction.by;
    const transition = conclusion(stored.failure, run, { by, at, actionId });
    if (transition.kind === 'unchanged') return;
    const due = at.getTime();
    const dues = { show: due, learn: due, effects: due };
    await failures.saveState(transition.failure, { expectedVersion: stored.failure.version, dues });
    log('run concluded', { failureId, runId: run.id, state: run.state });
  });
  // The dues stand already, so a hint that is lost here only comes later.
  await Promise.all([hints.notify({ failureId }), hints.learn({ failureId }), hints.effects({ failureId })]);
}
