import type { FailureId } from '../failure/ids.ts';
import type { StoredFailure } from '../ports.ts';
import { countSignals } from './count-signals.ts';
import type { Done, ShowPorts } from './show-failure.ts';

/** A card is edited for its count alone at most this often. */
export const countsEveryMs = 60_000;
/** A batch that is being counted is done by then. */
const unsettledMs = 10_000;

/**
 * After the dues were cleared. A signal that found the due still standing added none of its own, and may have been counted
 * after the count was read: so once the due is gone the count is looked at again; a card that came before its batch was
 * counted to the end gets its count here, too. A count that is due too early for its card is put off.
 */
export async function keepCounting(
  ports: ShowPorts,
  { failure }: Pick<StoredFailure, 'failure'>,
  { kinds, rev, counted }: Done,
): Promise<void> {
  if (!counted) return;
  const { failures, ledger, now } = ports;
  const { shownCount, nextAt, tooEarly } = counted;
  if (tooEarly !== undefined) {
    if (await failures.postpone(failure.id, 'counts', { from: tooEarly, until: nextAt, rev }))
      await remind(ports, failure.id, nextAt);
    return;
  }
  if (!kinds.includes('counts')) return;
  const { counts, isSettled } = await countSignals({ ledger }, failure);
  if (isSettled && counts.count === shownCount) return;
  const at = Math.max(now().getTime() + (isSettled ? countsEveryMs : unsettledMs), nextAt);
  if (await failures.addDue(failure.id, 'counts', at, { onlyIfAbsent: true })) await remind(ports, failure.id, at);
}

async function remind({ hints, now }: ShowPorts, failureId: FailureId, at: number): Promise<void> {
  await hints.notify({ failureId }, { delaySeconds: (at - now().getTime()) / 1000 });
}
