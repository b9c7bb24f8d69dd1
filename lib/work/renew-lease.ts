import type { GateAnswer } from '../gate/gate.ts';
import { gateAnswer } from '../gate/may-go-on.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { holdCanary } from './canary.ts';
import type { Claim } from './end-claim.ts';
import { leaseUntil } from './lease.ts';
import { whoseWork } from './whose-work.ts';
import type { WorkItem } from './work-item.ts';
import { type ClaimedWork, renewed, workDues } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';

export type RenewOutcome =
  /** `gate`: whether work on the component may still go on. What runs is not stopped by it; its worker may want to. */
  { kind: 'renewed'; item: ClaimedWork; gate: GateAnswer } | { kind: 'lost'; item: WorkItem } | { kind: 'unknown' };

/** Keeps the claim for another while. A lease that ran out is lost as soon as the item was returned to the queue. */
export async function renewLease(
  ports: WorkPorts,
  { id, token, leaseMinutes }: Claim & { leaseMinutes?: number },
): Promise<RenewOutcome> {
  const outcome = await retryOnConflict(async () => {
    const stored = await ports.work.get(id);
    if (!stored) return { kind: 'unknown' as const };
    const { item } = stored;
    const whose = whoseWork(item, token);
    if (whose.kind !== 'mine' || item.state !== 'in-progress') return { kind: 'lost' as const, item };
    const at = ports.now();
    const next = renewed(item, { at, until: leaseUntil(at, leaseMinutes) });
    await ports.work.save(next, { expectedVersion: item.version, dues: workDues(next, stored.dues) });
    return { kind: 'renewed' as const, item: next };
  });
  if (outcome.kind !== 'renewed') return outcome;
  const { component, lease } = outcome.item;
  await holdCanary(ports, { workItemId: id, until: lease.until });
  const gate = gateAnswer(await ports.gates.read(), { component, workItemId: id }, ports.now());
  return { ...outcome, gate };
}
