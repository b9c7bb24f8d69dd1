import type { Policy } from '../policy/policy.ts';
import type { FailureStore, Log, Now, SignalLedger } from '../ports.ts';
import type { Failure } from './failure.ts';
import type { FailureId } from './ids.ts';

export interface ForgetPorts {
  failures: Pick<FailureStore, 'get' | 'addDue' | 'forget' | 'forgotten' | 'erase'>;
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
  const { failures, policy, now } = ports;
  const failure = (await failures.get(failureId))?.failure;
  if (failure) {
    const at = forgetAt(failure, policy);
    if (at === undefined || at > now().getTime()) return 'kept';
    if (!(await failures.forget(failureId, { version: failure.version }))) return 'kept';
  }
  return (await forgetRest(ports, failureId)) ? 'forgotten' : 'unknown';
}

/** Its parts go before it: they are found by it. False: nothing is left of it. */
async function forgetRest(ports: ForgetPorts, failureId: FailureId): Promise<boolean> {
  const { failures, ledger, log } = ports;
  const left = await failures.forgotten(failureId);
  if (!left) return false;
  for (const part of left.parts) await forgetPart(ports, part, failureId);
  if (!(await ledger.forget(left.fingerprint, failureId))) {
    throw new Error(`${failureId} cannot be forgotten yet: a signal of its group is being counted`);
  }
  await failures.erase(failureId);
  log('forgotten', { failureId });
  return true;
}

/** What was merged into it has no end of its own. What was split off since has. */
async function forgetPart(ports: ForgetPorts, failureId: FailureId, whole: FailureId): Promise<void> {
  const { failures, now } = ports;
  const part = (await failures.get(failureId))?.failure;
  if (part && (part.status !== 'merged' || part.mergedInto !== whole)) return;
  if (part) {
    await failures.addDue(failureId, 'forget', now().getTime());
    if (!(await failures.forget(failureId, { version: part.version }))) {
      throw new Error(`${whole} cannot be forgotten yet: ${failureId}, which is part of it, was just moved`);
    }
  }
  await forgetRest(ports, failureId);
}
