import type { DueKind, Dues } from '../attention/attention.ts';
import { FailureNotFoundError } from '../errors.ts';
import type { FailureStore, Hints, Ids, Log, Now } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import type { Failure } from './failure.ts';
import type { Actor, FailureId } from './ids.ts';
import type { EpisodeMove } from './moves/move.ts';
import type { Transition } from './transition.ts';

export interface MovePorts {
  failures: Pick<FailureStore, 'get' | 'saveState'>;
  hints: Pick<Hints, 'notify' | 'learn' | 'effects'>;
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

/**
 * Load, decide, save, show. Who loses the race decides anew on what the winner wrote, and answers truthfully.
 * The dues are saved with the state, so a hint that is lost only delays what it hints at.
 */
export async function moveFailure(
  { failures, hints, ids, now, log }: MovePorts,
  { failureId, by, episode }: PersonMove,
  decide: (failure: Failure, move: EpisodeMove) => Transition | Promise<Transition>,
  { alsoLearn }: { alsoLearn: boolean },
): Promise<Transition> {
  const actionId = ids.actionId();
  const transition = await retryOnConflict(async () => {
    const stored = await failures.get(failureId);
    if (!stored) throw new FailureNotFoundError(failureId);
    const at = now();
    const next = await decide(stored.failure, { by, at, actionId, episode });
    if (next.kind === 'unchanged') return next;
    const kinds: DueKind[] = alsoLearn ? ['show', 'effects', 'learn'] : ['show', 'effects'];
    const dues: Dues = Object.fromEntries(kinds.map((kind) => [kind, at.getTime()]));
    await failures.saveState(next.failure, { expectedVersion: stored.failure.version, dues });
    return next;
  });
  const because = transition.kind === 'unchanged' ? transition.because : undefined;
  log('failure moved', { failureId, status: transition.failure.status, by, because });
  // Hinted even when nothing changed: a click on a card that lags behind brings it up to date.
  const sent = [hints.notify({ failureId })];
  if (transition.kind === 'moved') sent.push(hints.effects({ failureId }));
  if (alsoLearn && transition.kind === 'moved') sent.push(hints.learn({ failureId }));
  await Promise.all(sent);
  return transition;
}
