import type { DueKind, Dues } from '../attention/attention.ts';
import { FailureNotFoundError, VersionConflictError } from '../errors.ts';
import type { FailureStore, Hints, Ids, Log, Now } from '../ports.ts';
import type { Actor, Failure, FailureId, Transition } from './failure.ts';
import type { EpisodeMove } from './transitions.ts';

export interface MovePorts {
  failures: Pick<FailureStore, 'get' | 'saveState'>;
  hints: Pick<Hints, 'notify' | 'learn'>;
  ids: Pick<Ids, 'actionId'>;
  now: Now;
  log: Log;
}

/** A person presses a button: on which failure, and on the card of which episode. */
export interface PersonMove {
  failureId: FailureId;
  by: Actor;
  /** The episode whose card carried the button; absent when the failure was named itself. */
  episode?: number | undefined;
}

const maxAttempts = 5;

/**
 * Load, decide, save, show. Who loses the race decides anew on what the winner wrote, and answers truthfully.
 * The dues are saved with the state, so a hint that is lost only delays what it hints at.
 */
export async function moveFailure(
  { failures, hints, ids, now, log }: MovePorts,
  { failureId, by, episode }: PersonMove,
  decide: (failure: Failure, move: EpisodeMove) => Transition,
  { alsoLearn }: { alsoLearn: boolean },
): Promise<Transition> {
  const actionId = ids.actionId();
  for (let attempt = 1; ; attempt++) {
    const stored = await failures.get(failureId);
    if (!stored) throw new FailureNotFoundError(failureId);
    const at = now();
    const transition = decide(stored.failure, { by, at, actionId, episode });
    const because = transition.kind === 'unchanged' ? transition.because : undefined;
    if (transition.kind === 'moved') {
      const kinds: DueKind[] = alsoLearn ? ['show', 'learn'] : ['show'];
      const dues: Dues = Object.fromEntries(kinds.map((kind) => [kind, at.getTime()]));
      try {
        await failures.saveState(transition.failure, { expectedVersion: stored.failure.version, dues });
      } catch (error) {
        if (error instanceof VersionConflictError && attempt < maxAttempts) continue;
        throw error;
      }
    }
    log('failure moved', { failureId, status: transition.failure.status, by, because });
    await hint({ failures, hints, ids, now, log }, failureId, { alsoLearn: alsoLearn && transition.kind === 'moved' });
    return transition;
  }
}

/** Hinted even when nothing changed: a click on a card that lags behind brings it up to date. */
async function hint({ hints, log }: MovePorts, failureId: FailureId, { alsoLearn }: { alsoLearn: boolean }) {
  const sent = await Promise.allSettled([
    hints.notify({ failureId }),
    ...(alsoLearn ? [hints.learn({ failureId })] : []),
  ]);
  for (const { status, reason } of sent.map((one) => ({ reason: undefined, ...one }))) {
    if (status === 'rejected') log('hint lost, the sweep repeats it', { failureId, error: String(reason) });
  }
}
