import type { FailureStore, Hints, Log, Now } from '../ports.ts';
import { byTime, type GateStore, type OpenedGate } from './gate.ts';
import { endOf, isActive } from './may-go-on.ts';

export interface FollowPorts {
  gates: GateStore;
  failures: Pick<FailureStore, 'get' | 'addDue'>;
  hints: Pick<Hints, 'effects'>;
  now: Now;
  log: Log;
}

/**
 * Hosts open gates, by their canaries and by hand, and may not write failures; and a gate that opens by its time is opened by
 * nobody. So the sweep lets each failure know that held one, and its card follows. Safe to repeat: a failure is told, then that
 * it was.
 */
export async function followGates(ports: FollowPorts): Promise<void> {
  const { gates, now, log } = ports;
  const { holders, opened, unreadable } = await gates.held();
  for (const place of unreadable) log('gate cannot be read', { place });
  const over = holders.filter((holder) => !isActive(holder, now()));
  const ended: OpenedGate[] = [];
  for (const holder of over) {
    const how = { by: byTime, at: (endOf(holder) ?? now()).toISOString() };
    const { scope, id, failureId } = holder;
    if (await gates.remove(holder, { opened: how })) ended.push({ scope, id, ...(failureId && { failureId }), ...how });
  }
  for (const one of [...opened, ...ended]) {
    if (!one.failureId || one.isTold) continue;
    // One that cannot be told keeps nobody from learning of another; the next sweep tries again.
    await tell(ports, one, one.failureId).catch((error: unknown) =>
      log('gate open: not told', { failureId: one.failureId, scope: one.scope, error: String(error) }),
    );
  }
}

async function tell(
  { gates, failures, hints, now, log }: FollowPorts,
  opened: OpenedGate,
  failureId: NonNullable<OpenedGate['failureId']>,
): Promise<void> {
  if (await failures.get(failureId)) {
    await failures.addDue(failureId, 'effects', now().getTime());
    await hints.effects({ failureId });
  }
  await gates.told(opened);
  log('gate open', { failureId, scope: opened.scope, by: opened.by });
}
