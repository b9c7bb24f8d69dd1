import { type Failure, isEnded } from '../failure/failure.ts';
import { causeHolders, mattersElsewhere, type RecentCause } from '../gate/cause-holders.ts';
import { gateChanges } from '../gate/gate-changes.ts';
import type { GatePorts } from '../gate/gate-ports.ts';
import { isActive } from '../gate/may-go-on.ts';
import { openGate } from '../gate/open-gate.ts';
import { protocolHolders } from '../gate/protocol-holders.ts';
import { shutGate } from '../gate/shut-gate.ts';
import { causeOf, evidenceOf } from '../pattern/cause-of.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore } from '../ports.ts';

export interface KeepGatesPorts extends GatePorts {
  policy: Policy;
  failures: Pick<FailureStore, 'listOpen'>;
}

/** So many of a component's other open failures are looked at for a cause that repeats. */
const mostRecent = 10;

/** As many as the failure's record takes; the gates themselves are all kept. */
const mostRemembered = 500;

export interface KeptGates {
  /** What the failure holds: `<scope> <id>`. */
  mine: string[];
  /** What is shut, whoever holds it. */
  shut: Set<string>;
}

/** Shuts what the failure's level and cause shut, opens what they no longer do. */
export async function keepGates(ports: KeepGatesPorts, failure: Failure): Promise<KeptGates> {
  const { gates, policy, now } = ports;
  const recent = isEnded(failure) ? [] : await recentCauses(ports, failure);
  const desired = [...protocolHolders(failure, policy), ...causeHolders({ failure, policy, now: now(), recent })];
  const isResolved = isEnded(failure);
  const before = await gates.held();
  const changes = gateChanges(before, desired, failure.id, { isResolved });
  for (const { scope, id } of changes.open) await openGate(ports, { scope, id, by: 'system:protocol' });
  for (const draft of changes.shut) await shutGate(ports, draft);
  const isAsBefore = changes.open.length + changes.shut.length === 0;
  const { holders } = isAsBefore ? before : await gates.held();
  const isMine = (holder: (typeof holders)[number]) =>
    holder.failureId === failure.id && desired.some(({ scope, id }) => scope === holder.scope && id === holder.id);
  const mine = holders.filter(isMine).map(({ scope, id }) => `${scope} ${id}`);
  const shut = holders.filter((holder) => isActive(holder, now())).map(({ scope }) => scope);
  return { mine: mine.slice(0, mostRemembered), shut: new Set(shut) };
}

/** The causes of what else failed in this component, and of this failure's own last time. */
async function recentCauses({ failures }: KeepGatesPorts, failure: Failure): Promise<RecentCause[]> {
  const cause = causeOf(evidenceOf(failure));
  const { failures: open } = mattersElsewhere(cause)
    ? await failures.listOpen({ component: failure.component, limit: mostRecent })
    : { failures: [] };
  const others = open.filter((one) => one.failure.id !== failure.id);
  const past = failure.pastEpisodes[0];
  return [
    ...others.map((one) => ({
      failureId: one.failure.id,
      cause: causeOf(evidenceOf(one.failure)),
      at: one.failure.openedAt,
    })),
    ...(past ? [{ failureId: failure.id, cause, at: past.openedAt }] : []),
  ];
}
