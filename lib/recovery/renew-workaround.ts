import type { Failure } from '../failure/failure.ts';
import type { Actor, FailureId } from '../failure/ids.ts';
import { workaroundRenewed } from '../failure/moves/workaround.ts';
import type { Workaround } from '../failure/workaround.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { keepDebt } from './debt.ts';
import {
  checkEnd,
  hintWorkaround,
  mayNot,
  mayNotPutOff,
  saveWorkaround,
  type WorkaroundPorts,
  type WorkaroundRefusal,
} from './workaround.ts';

export type RenewalOutcome = { kind: 'renewed'; failure: Failure; workaround: Workaround } | WorkaroundRefusal;

/** It stays longer. Twice anybody who may start a recovery says so; from the third time on it is an approver's word. */
export async function renewWorkaround(
  ports: WorkaroundPorts,
  wish: { failureId: FailureId; episode?: number | undefined; removeBy?: string | undefined; by: Actor },
): Promise<RenewalOutcome> {
  const { failureId, by } = wish;
  const outcome = await retryOnConflict(async (): Promise<RenewalOutcome> => {
    const stored = await ports.failures.get(failureId);
    if (!stored) return { kind: 'refused', because: 'failure-not-found', failureId };
    const { failure } = stored;
    const { workaround: standing } = failure;
    if (!standing) return { kind: 'refused', because: 'none-standing', failure };
    const refusal = await mayNot(ports, failure, wish);
    if (refusal) return refusal;
    const unapproved = await mayNotPutOff(ports, failure, standing, by);
    if (unapproved) return unapproved;
    const at = ports.now();
    const earliest = new Date(Math.max(Date.parse(standing.removeBy), at.getTime()));
    const until = checkEnd(failure, { removeBy: wish.removeBy, earliest, now: at });
    if (until.kind === 'refused') return until;
    const workaround = { ...standing, removeBy: until.end.toISOString(), renewals: standing.renewals + 1 };
    const next = workaroundRenewed(failure, workaround, { by, at, actionId: ports.ids.actionId() });
    await saveWorkaround(ports, failure, next, at);
    return { kind: 'renewed', failure: next, workaround };
  });
  if (outcome.kind === 'renewed') {
    await keepDebt(ports, outcome.failure);
    await hintWorkaround(ports, failureId);
  }
  return outcome;
}
