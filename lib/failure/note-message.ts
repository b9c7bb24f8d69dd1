import { FailureNotFoundError } from '../errors.ts';
import type { FailureStore, Hints, Ids, Now } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import type { Failure, ReportedIn } from './failure.ts';
import type { Actor, FailureId } from './ids.ts';
import { type Move, stamp } from './moves/move.ts';

/** The threads of this many messages are told; a failure that more people report is known well enough. */
const most = 20;

/** A message was reported as this failure: its thread is to be told where it is handled. Repeating it changes nothing. */
export async function noteMessage(
  {
    failures,
    hints,
    ids,
    now,
  }: {
    failures: Pick<FailureStore, 'get' | 'saveState'>;
    hints: Pick<Hints, 'notify'>;
    ids: Pick<Ids, 'actionId'>;
    now: Now;
  },
  { failureId, by, message }: { failureId: FailureId; by: Actor; message: Omit<ReportedIn, 'episode'> },
): Promise<void> {
  const actionId = ids.actionId();
  await retryOnConflict(async () => {
    const stored = await failures.get(failureId);
    if (!stored) throw new FailureNotFoundError(failureId);
    const at = now();
    const next = withMessage(stored.failure, message, { by, at, actionId });
    if (!next) return;
    await failures.saveState(next, { expectedVersion: stored.failure.version, dues: { show: at.getTime() } });
  });
  await hints.notify({ failureId });
}

/** Undefined: that is known, or there are enough of them. */
function withMessage(failure: Failure, { channel, ts }: Omit<ReportedIn, 'episode'>, move: Move): Failure | undefined {
  const { episode, reportedIn = [] } = failure;
  const ofEpisode = reportedIn.filter((known) => known.episode === episode);
  if (ofEpisode.length >= most || ofEpisode.some((known) => known.channel === channel && known.ts === ts)) {
    return undefined;
  }
  const entry = { kind: 'reported' as const, text: 'Reported from a message in Slack', isQuiet: true as const };
  // The threads of an episode that is over were told by its card.
  return { ...failure, ...stamp(failure, move, entry), reportedIn: [...ofEpisode, { channel, ts, episode }] };
}
