import type { FailureId } from '../failure/ids.ts';
import type { Later } from './board.ts';
import type { ShowPorts } from './show-failure.ts';

/** A hint may arrive this much before the due that it was sent for: clocks differ. */
const earlyMs = 500;

/**
 * Puts the show off, and sends a hint for then, unless somebody did so already: however many hints and sweeps meet, one
 * chain of attempts goes on. While Slack is down even that one ends at the next sweep, which comes at growing distance.
 */
export async function comeBack(
  { failures, hints, now, log }: Pick<ShowPorts, 'failures' | 'hints' | 'now' | 'log'>,
  failureId: FailureId,
  { seconds, isDown = false }: Pick<Later, 'seconds' | 'isDown'>,
): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const stored = await failures.get(failureId);
    if (!stored) return;
    const at = now().getTime();
    const until = at + seconds * 1000;
    const from = stored.dues.show;
    const isPromised = from !== undefined && from > at + earlyMs && (isDown || from <= until);
    if (isPromised || stored.parked !== undefined) return log('shown later, as was promised', { failureId });
    if (from === undefined || from > until) {
      // Slack answers and only wants time: sooner than the sweep would come, and the sweep's attempts count anew.
      await failures.addDue(failureId, 'show', until);
    } else if (!(await failures.postpone(failureId, 'show', { from, until, rev: stored.rev }))) {
      continue;
    }
    log('shown later', { failureId, seconds });
    return await hints.notify({ failureId }, { delaySeconds: seconds });
  }
  log('left to the sweep', { failureId });
}
