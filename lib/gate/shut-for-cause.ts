import type { FailureId } from '../failure/failure.ts';
import { type CauseEvidence, causeOf } from '../pattern/cause-of.ts';
import type { Policy } from '../policy/policy.ts';
import { holdersFor, type RecentCause } from './cause-holders.ts';
import type { GatePorts } from './gate-ports.ts';
import { type Shut, shutGate } from './shut-gate.ts';

/** Shuts at once what one failed attempt shuts by its cause. Safe to repeat: one holder a scope and cause. */
export async function shutForCause(
  ports: GatePorts & { policy: Pick<Policy, 'components' | 'shared'> },
  attempt: {
    failureId: FailureId;
    component: string;
    at: string;
    evidence: CauseEvidence;
    recent: readonly RecentCause[];
  },
): Promise<Shut[]> {
  const { policy, now } = ports;
  const drafts = holdersFor({ ...attempt, policy, now: now() });
  const shut: Shut[] = [];
  for (const draft of drafts) shut.push(await shutGate(ports, draft));
  return shut;
}

/** What a later attempt needs to know of this one. */
export function recentCauseOf(attempt: { failureId: FailureId; at: string; evidence: CauseEvidence }): RecentCause {
  return { failureId: attempt.failureId, at: attempt.at, cause: causeOf(attempt.evidence) };
}
