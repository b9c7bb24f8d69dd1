import type { Actor } from '../failure/ids.ts';
import type { Policy } from '../policy/policy.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { standingApprovals } from './approvals.ts';
import { mayApprove, type RolePorts } from './may-do.ts';
import { approved } from './plan-moves.ts';
import type { RecoveryRun } from './run.ts';
import { askOnce, type DecisionPorts, type RefusedDecision, type RunDecision, readRun } from './run-decision.ts';
import type { Awaiting } from './run-states.ts';

type Early = 'own-request' | 'already-approved' | 'plan-changed' | 'not-waiting' | 'expired';
export type ApprovalAnswer =
  /** `missing`: so many other people must still say yes. */
  { kind: 'approved'; run: RecoveryRun; missing: number } | RefusedDecision<Early | 'not-approver' | 'role-unknown'>;

/** Why a yes does not count, before anybody asks whether this person may give one. */
function decideApproval(
  run: RecoveryRun,
  { by, planHash, now }: { by: Actor; planHash: string; now: Date },
): { kind: 'counts'; run: Awaiting } | RefusedDecision<Early> {
  const refused = (because: Early) => ({ kind: 'refused' as const, because, run });
  if (run.state === 'expired') return refused('expired');
  if (run.state !== 'awaiting-approval') return refused('not-waiting');
  if (now >= new Date(run.expiresAt)) return refused('expired');
  if (by === run.requestedBy) return refused('own-request');
  if (run.plan.hash !== planHash) return refused('plan-changed');
  const given = standingApprovals(run, planHash);
  if (given.some((approval) => approval.by === by)) return refused('already-approved');
  // Enough said yes, and it is about to be released.
  if (given.length >= run.approvalsNeeded) return refused('not-waiting');
  return { kind: 'counts', run };
}

/** One person's yes to one plan. The last one that it takes makes the recovery function look: it asks everything again. */
export async function approveRun(
  ports: DecisionPorts & RolePorts & { policy: Policy },
  { failureId, runId, planHash, by }: RunDecision & { planHash: string },
): Promise<ApprovalAnswer> {
  const { runs, failures, hints, policy, ids, now, log } = ports;
  const who = policy.recovery.mayApprove;
  const may = askOnce(ports, { failureId, by }, who, mayApprove);
  const answer = await retryOnConflict(async (): Promise<ApprovalAnswer> => {
    const run = await readRun(ports, { failureId, runId });
    const decision = decideApproval(run, { by, planHash, now: now() });
    if (decision.kind === 'refused') return decision;
    const allowed = await may();
    if (allowed === 'no') return { kind: 'refused', because: 'not-approver', run, who };
    if (allowed === 'unknown') return { kind: 'refused', because: 'role-unknown', run, who };
    const at = now();
    const yes = { by, at: at.toISOString(), planHash };
    const approvals = [...standingApprovals(run, planHash), yes];
    const next = approved(decision.run, { by, at, actionId: ids.actionId() }, approvals);
    const missing = Math.max(0, next.approvalsNeeded - approvals.length);
    const due = missing > 0 ? Date.parse(next.expiresAt) : at.getTime();
    await runs.save(next, { expectedVersion: run.version, dues: { run: due } });
    return { kind: 'approved', run: next, missing };
  });
  log('approval', { failureId, runId, by, answer: answer.kind === 'refused' ? answer.because : answer.missing });
  // Hinted even when it did not count: a message that lags behind is brought up to date.
  await failures.addDue(failureId, 'show', now().getTime(), { onlyIfAbsent: true });
  await Promise.all([hints.recovery({ failureId, runId }), hints.notify({ failureId })]);
  return answer;
}
