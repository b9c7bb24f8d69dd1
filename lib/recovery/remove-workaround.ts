import type { Failure } from '../failure/failure.ts';
import type { Actor, FailureId } from '../failure/ids.ts';
import { workaroundRemoved } from '../failure/moves/workaround.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { closeDebt } from './debt.ts';
import { hintWorkaround, mayNot, saveWorkaround, type WorkaroundPorts, type WorkaroundRefusal } from './workaround.ts';

export type RemovalOutcome = { kind: 'removed'; failure: Failure } | WorkaroundRefusal;

/** It is gone: its debt is closed first, so that a crash leaves a closed item that takes the workaround with it. */
export async function removeWorkaround(
  ports: WorkaroundPorts,
  wish: { failureId: FailureId; episode?: number | undefined; by: Actor; because?: string },
): Promise<RemovalOutcome> {
  const { failureId, by, because = 'The workaround is removed' } = wish;
  const outcome = await retryOnConflict(async (): Promise<RemovalOutcome> => {
    const stored = await ports.failures.get(failureId);
    if (!stored) return { kind: 'refused', because: 'failure-not-found', failureId };
    const { failure } = stored;
    const refusal = await mayNot(ports, failure, wish);
    if (refusal) return refusal;
    if (!failure.workaround) return { kind: 'refused', because: 'none-standing', failure };
    await closeDebt(ports, failure.workaround.workItemId, { by, because });
    const at = ports.now();
    const next = workaroundRemoved(failure, because, { by, at, actionId: ports.ids.actionId() });
    await saveWorkaround(ports, failure, next, at);
    return { kind: 'removed', failure: next };
  });
  if (outcome.kind === 'removed') await hintWorkaround(ports, failureId);
  return outcome;
}
