import { tallyGroups } from '../failure/counts.ts';
import type { Failure } from '../failure/failure.ts';
import { groupsOf } from '../failure/moves/merging.ts';
import type { SignalLedger } from '../ports.ts';
import type { Counts } from './content.ts';

/** All signals of the failure's groups. While its first batch is still being counted, what opened it counts as one. */
export async function countSignals(
  { ledger }: { ledger: Pick<SignalLedger, 'group'> },
  failure: Failure,
): Promise<{ counts: Counts; isSettled: boolean }> {
  const read = await Promise.all(groupsOf(failure).map(({ fingerprint }) => ledger.group(fingerprint)));
  const groups = new Map(read.flatMap((group) => (group ? [[group.fingerprint, group] as const] : [])));
  const { count, firstSeenAt, lastSeenAt, isSettled } = tallyGroups(failure, (fingerprint) => groups.get(fingerprint));
  return {
    counts: {
      count: Math.max(count, 1),
      firstSeenAt: firstSeenAt || failure.firstOpenedAt,
      lastSeenAt: lastSeenAt || failure.openedAt,
    },
    isSettled,
  };
}
