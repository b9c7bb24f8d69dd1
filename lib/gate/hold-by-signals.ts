import type { Failure } from '../failure/failure.ts';
import { standingFor } from '../failure/standing-for.ts';
import { type CauseEvidence, causeOf } from '../pattern/cause-of.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore, Group, Log } from '../ports.ts';
import type { Signal } from '../signal/signal.ts';
import { holdersFor } from './cause-holders.ts';
import { gateChanges } from './gate-changes.ts';
import type { GatePorts } from './gate-ports.ts';
import { shutGate } from './shut-gate.ts';

export interface HoldPorts extends GatePorts {
  policy: Pick<Policy, 'components' | 'shared'>;
  failures: Pick<FailureStore, 'get'>;
  log: Log;
}

/** What is older says nothing about now. */
const freshMs = 3_600_000;

/**
 * Signals that only raise a failure's count change nothing of its state, and yet the last of them may name a new end, or be the
 * first after the gate was opened. Only signals that were recorded as new hold, so a redelivery shuts nothing; when the process
 * dies in between, the sweep that settles the batch does it. A signal from before the gate was opened does not shut it again.
 */
export async function holdBySignals(
  ports: HoldPorts,
  { failureId: groupsFailure, count, lastSeenAt }: Pick<Group, 'failureId' | 'count' | 'lastSeenAt'>,
  signals: readonly Signal[],
): Promise<void> {
  const now = ports.now();
  const inOrder = signals.toSorted((one, other) => Date.parse(one.occurredAt) - Date.parse(other.occurredAt));
  const latest = inOrder.at(-1);
  if (!latest || latest.kind === 'check-up' || now.getTime() - Date.parse(latest.occurredAt) > freshMs) return;
  const evidence = evidenceOfSignal(latest);
  const before = count > 0 ? [lastSeenAt] : inOrder.slice(0, -1).map(({ occurredAt }) => occurredAt);
  const cause = causeOf(evidence);
  const draftsFor = (id: Group['failureId']) =>
    holdersFor({
      cause,
      failureId: id,
      component: latest.component,
      at: latest.occurredAt,
      evidence,
      policy: ports.policy,
      now,
      recent: before.map((at) => ({ failureId: id, cause, at })),
    });
  const missingFor = async (id: Group['failureId']) => {
    const drafts = draftsFor(id);
    return drafts.length === 0 ? [] : gateChanges(await ports.gates.held(), drafts, id, { isResolved: false }).shut;
  };
  // In a storm the gate is shut already: then there is nothing more to read.
  if ((await missingFor(groupsFailure)).length === 0) return;
  // What was merged into another holds for that one, which opens the gate again.
  const failure = (await standingFor(ports.failures, groupsFailure))?.failure;
  const failureId = failure?.id ?? groupsFailure;
  const missing = await missingFor(failureId);
  if (missing.length === 0 || wasResolvedSince(failure, latest)) return;
  for (const draft of missing) {
    const shut = await shutGate(ports, draft);
    if (shut.kind === 'shut' || shut.kind === 'extended') {
      const { scope, mode, until } = shut.holder;
      ports.log('gate shut', { failureId, scope, mode, until });
    }
  }
}

/** A straggler of a failure that is over holds nothing. */
function wasResolvedSince(failure: Failure | undefined, signal: Signal): boolean {
  return failure?.status === 'resolved' && Date.parse(signal.occurredAt) <= Date.parse(failure.resolvedAt);
}

export function evidenceOfSignal({ summary, details, error, durationMs, timeLimitMs }: Signal): CauseEvidence {
  return {
    message: [error?.type, error?.message, summary].filter(Boolean).join('\n'),
    output: details,
    exitCode: error?.exitCode,
    durationMs,
    timeLimitMs,
  };
}
