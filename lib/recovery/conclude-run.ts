import type { Failure } from '../failure/failure.ts';
import { recoveryDone, recoveryEnded, recoveryFailed, recoverySucceeded } from '../failure/moves/by-recovery.ts';
import type { Move } from '../failure/moves/move.ts';
import { workaroundDoubted, workaroundTrusted } from '../failure/moves/workaround.ts';
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
    case 'expired':
      return recoveryEnded(failure, { ...about, reason: run.reason });
    case 'cancelled':
    case 'declined':
      return recoveryEnded(failure, { ...about, reason: run.reason, isDecided: true });
    default:
      return run satisfies never;
  }
}

/** Where the run that was undone is read. */
type Undone = { runs: Pick<RecoveryPorts['runs'], 'get'> };

/**
 * What a rollback put back, or an undo, may have been what the workaround had changed: its program runs on the host, and what it
 * touches is not known here. Of one that is undone itself it is known (keepWorkaround).
 */
async function mayTakeWorkaroundAway({ runs }: Undone, run: RecoveryRun): Promise<boolean> {
  if (run.strategy !== 'rollback-and-retry' && run.strategy !== 'undo') return false;
  // Of one whose runner was lost nobody knows how far it came.
  const isLost = run.state === 'lost';
  if (!isLost && ((run.state !== 'succeeded' && run.state !== 'failed') || !hasActed(run))) return false;
  const undone = run.order.undoes && (await runs.get(run.failureId, run.order.undoes))?.run;
  return !(run.state === 'succeeded' && undone?.strategy === 'workaround');
}

/** What the end of the run says of the workaround, too. */
async function withWorkaround(ports: Undone, run: RecoveryRun, moved: Transition, move: Move): Promise<Failure> {
  const { kind, failure } = moved;
  if (!failure.workaround) return failure;
  if (kind === 'moved') return (await mayTakeWorkaroundAway(ports, run)) ? workaroundDoubted(failure, run.id) : failure;
  return run.state === 'failed' && !hasActed(run) ? workaroundTrusted(failure, run.id, move) : failure;
}

/** Gives the failure of an ended run back, once; a failure that the run does not hold is left alone. */
export async function concludeRun(
  ports: Pick<RecoveryPorts, 'failures' | 'hints' | 'ids' | 'now' | 'log'> & Undone,
  run: RecoveryRun,
): Promise<void> {
  if (!isEnded(run)) return;
  const { failures, hints, ids, now, log } = ports;
  const { failureId } = run;
  const actionId = ids.actionId();
  await retryOnConflict(async () => {
    const stored = await failures.get(failureId);
    if (!stored) return;
    const at = now();
    const by = run.lastAction.by;
    const move = { by, at, actionId };
    const next = await withWorkaround(ports, run, conclusion(stored.failure, run, move), move);
    if (next === stored.failure) return;
    const due = at.getTime();
    const dues = { show: due, learn: due, effects: due };
    await failures.saveState(next, { expectedVersion: stored.failure.version, dues });
    log('run concluded', { failureId, runId: run.id, state: run.state });
  });
  // The dues stand already, so a hint that is lost here only comes later.
  await Promise.all([hints.notify({ failureId }), hints.learn({ failureId }), hints.effects({ failureId })]);
}
