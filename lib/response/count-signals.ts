import type { Failure } from '../failure/failure.ts';
import type { SignalLedger } from '../ports.ts';
import type { Counts } from './content.ts';

/** All signals of the failure's group. While its first batch is still being counted, what opened it counts as one. */
export async function countSignals(
  { ledger }: { ledger: Pick<SignalLedger, 'group'> },
  failure: Failure,
): Promise<{ counts: Counts; isSettled: boolean }> {
  const group = await ledger.group(failure.fingerprint);
  const mine = group?.failureId === failure.id ? group : undefined;
  return {
    counts: {
      count: Math.max(mine?.count ?? 0, 1),
      firstSeenAt: mine?.firstSeenAt || failure.firstOpenedAt,
      lastSeenAt: mine?.lastSeenAt || failure.openedAt,
    },
    isSettled: Object.keys(mine?.intents ?? {}).length === 0,
  };
}
