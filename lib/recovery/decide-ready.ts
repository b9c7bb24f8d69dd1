import type { Failure } from '../failure/failure.ts';
import type { Policy } from '../policy/policy.ts';
import { approvalsNow, standingApprovals } from './approvals.ts';
import { whyNot } from './check-run.ts';
import type { Ready } from './plan-moves.ts';
import { mostPlanChanges, offerTtlMs, type RecoveryRun } from './run.ts';
import { isPending, type Running } from './run-states.ts';

export type ReadyAnswer =
  | { kind: 'go' }
  /** `go` was decided before, for this very plan. */
  | { kind: 'go-again' }
  /** Nothing is touched until so many people said yes to this plan. */
  | { kind: 'await'; approvalsNeeded: RecoveryRun['approvalsNeeded'] }
  /** It waits already, with this plan: only the nonce is new. */
  | { kind: 'same-plan' }
  /** A dry run ends here. */
  | { kind: 'show' }
  | { kind: 'call-off'; state: 'cancelled' | 'expired'; reason: string }
  | { kind: 'too-late' };

/** What the runner's answer means for the run: it has a plan, and has touched nothing. */
export function decideReady(
  run: RecoveryRun,
  failure: Failure | undefined,
  policy: Policy,
  { ready, now }: { ready: Ready; now: Date },
): ReadyAnswer {
  if (!isPending(run) && run.state !== 'running') return { kind: 'too-late' };
  if (run.state === 'running' && run.nonce === ready.nonce && run.plan.hash === ready.plan.hash) {
    return isSilent(run) ? { kind: 'go-again' } : { kind: 'too-late' };
  }
  if (run.state !== 'requested' && ready.sequence <= (run.planSequence ?? 0)) return { kind: 'too-late' };
  if (run.state === 'running' && !isSilent(run)) return { kind: 'too-late' };
  if (run.state === 'requested' && now.getTime() >= Date.parse(run.requestedAt) + offerTtlMs) {
    return { kind: 'call-off', state: 'expired', reason: `Runner ${run.runner} answered too late.` };
  }
  const reason = whyNot(run, failure, policy);
  if (reason !== undefined || !failure) {
    return { kind: 'call-off', state: 'cancelled', reason: reason ?? 'The failure is gone.' };
  }
  return withPlan(run, failure, policy, ready);
}

function withPlan(run: RecoveryRun, failure: Failure, policy: Policy, ready: Ready): ReadyAnswer {
  if (run.dryRun) return { kind: 'show' };
  const approvalsNeeded = approvalsNow(policy, failure, run);
  const isSamePlan =
    (run.state === 'awaiting-approval' || run.state === 'running') && run.plan.hash === ready.plan.hash;
  if (isSamePlan && run.state === 'awaiting-approval') return { kind: 'same-plan' };
  // Right after `go` the runner made the same plan anew: those who said yes said it to this plan, if they are still enough.
  if (isSamePlan && standingApprovals(run, ready.plan.hash).length >= approvalsNeeded) return { kind: 'go' };
  if ((run.planChanges ?? 0) >= mostPlanChanges) {
    const reason = 'The plan changed again and again before anything was touched: others are changing the same things.';
    return { kind: 'call-off', state: 'cancelled', reason };
  }
  return approvalsNeeded > 0 ? { kind: 'await', approvalsNeeded } : { kind: 'go' };
}

/** Since `go` nothing was heard from its runner that says that it works. */
function isSilent(run: Running): boolean {
  const spoken = run.steps.some(({ sequence, name }) => sequence > (run.planSequence ?? 0) && name !== refusedStep);
  return run.heartbeatAt === run.startedAt && !spoken;
}

/** A refused command is shown as a step of this name: it says nothing of the work. */
export const refusedStep = 'refuse-command';
