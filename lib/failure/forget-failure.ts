import type { Policy } from '../policy/policy.ts';
import type { FailureStore, Log, Now, SignalLedger } from '../ports.ts';
import type { Failure, FailureId } from './failure.ts';

export interface ForgetPorts {
  failures: Pick<FailureStore, 'get' | 'forget' | 'forgotten' | 'erase'>;
  ledger: Pick<SignalLedger, 'forget'>;
  policy: Pick<Policy, 'retention'>;
  now: Now;
  log: Log;
}

/** When it has been kept long enough. Never while it is open, or a workaround for it stands. */
export function forgetAt(failure: Failure, { retention }: Pick<Policy, 'retention'>): number | undefined {
  if (failure.status !== 'resolved' || failure.workaround) return undefined;
  return Date.parse(failure.resolvedAt) + retention.resolvedDays * 24 * 3_600_000;
}

/**
 * Takes away a failure that has been kept long enough: `unknown` when there is nothing to take, `kept` when it is not its time.
 * First it is marked, if nobody moved it: from then on nobody finds it, and a signal opens a new failure. Then its group goes,
 * unless somebody counts for it right now; then its parts; last the mark, whose due has it all repeated after a crash. What
 * memory learned from it stays.
 */
export async function forgetFailure(
  ports: ForgetPorts,
  { failureId }: { failureId: FailureId },
): Promise<'unknown' | 'kept' | 'forgotten'> {
  const { failures, ledger, policy, now, log } = ports;
  const failure = (await failures.get(failureId))?.failure;
  if (failure) {
    const at = forgetAt(failure, policy);
    if (at === undefined || at > now().getTime()) return 'kept';
    if (!(await failures.forget(failureId, { version: failure.version }))) return 'kept';
  }
  const left = await failures.forgotten(failureId);
  if (!left) return 'unknown';
  if (!(await ledger.forget(left.fingerprint, failureId))) {
    throw new Error(`${failureId} cannot be forgotten yet: a signal of its group is being counted`);
  }
  await failures.erase(failureId);
  log('forgotten', { failureId });
  return 'forgotten';
}
