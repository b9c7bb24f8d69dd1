import type { Failure } from '../failure/failure.ts';
import type { Policy } from '../policy/policy.ts';
import { approvalsNow, isHarmless, standingApprovals } from './approvals.ts';
import { whyNot } from './check-run.ts';
import { goAgainMs, goPatienceMs, holdGraceMs, offerAgainMs, offerTtlMs, type RecoveryRun, silenceMs } from './run.ts';
import { type Awaiting, isFreeFor, isHeldBy, type Requested, type Running } from './run-states.ts';

/** What must happen next about a run, found from what is stored alone, so that it can be asked at any time, any number of times. */
export type NextStep =
  | { kind: 'wait'; until: Date }
  | { kind: 'offer' }
  /** Its failure was graded anew, or policy changed: it takes so many approvals now. */
  | { kind: 'ask'; approvalsNeeded: RecoveryRun['approvalsNeeded'] }
  /** Enough people said yes. */
  | { kind: 'release' }
  | { kind: 'go'; againAt: Date }
  /** A run that goes on without its failure's hold takes it back. */
  | { kind: 'hold' }
  | { kind: 'end'; state: 'cancelled' | 'expired' | 'lost'; reason: string }
  /** It ended, and the failure still waits for it. */
  | { kind: 'conclude' }
  | { kind: 'done' };

export function nextStep(run: RecoveryRun, failure: Failure | undefined, policy: Policy, now: Date): NextStep {
  switch (run.state) {
    case 'requested':
      if (!isHarmless(run) && !isHeldBy(failure, run)) return waitForHold(run, failure, now);
      return cancelled(whyNot(run, failure, policy)) ?? offerOrExpire(run, now);
    case 'awaiting-approval':
      return waitForApproval(run, failure, policy, now);
    case 'running':
      return followWork(run, failure, now);
    case 'succeeded':
    case 'failed':
    case 'lost':
    case 'cancelled':
    case 'declined':
    case 'expired':
      return isHeldBy(failure, run) ? { kind: 'conclude' } : { kind: 'done' };
    default:
      return run satisfies never;
  }
}

function offerOrExpire(run: Requested, now: Date): NextStep {
  const expiry = later(run.requestedAt, offerTtlMs);
  if (now >= expiry) return { kind: 'end', state: 'expired', reason: `Runner ${run.runner} did not answer.` };
  if (!run.offeredAt) return { kind: 'offer' };
  const again = earlier(later(run.offeredAt, offerAgainMs), expiry);
  return now >= again ? { kind: 'offer' } : { kind: 'wait', until: again };
}

function waitForApproval(run: Awaiting, failure: Failure | undefined, policy: Policy, now: Date): NextStep {
  const expiry = new Date(run.expiresAt);
  if (now >= expiry) return { kind: 'end', state: 'expired', reason: 'Nobody approved it in time.' };
  const reason = whyNot(run, failure, policy);
  if (reason !== undefined || !failure)
    return { kind: 'end', state: 'cancelled', reason: reason ?? 'The failure is gone.' };
  const approvalsNeeded = approvalsNow(policy, failure, run);
  if (approvalsNeeded !== run.approvalsNeeded) return { kind: 'ask', approvalsNeeded };
  const isEnough = standingApprovals(run, run.plan.hash).length >= approvalsNeeded;
  return isEnough ? { kind: 'release' } : { kind: 'wait', until: expiry };
}

function followWork(run: Running, failure: Failure | undefined, now: Date): NextStep {
  if (!isHarmless(run) && !isHeldBy(failure, run) && isFreeFor(failure, run)) return { kind: 'hold' };
  const hasSpoken = run.heartbeatAt > run.startedAt;
  const deadline = hasSpoken ? later(run.heartbeatAt, silenceMs) : later(run.startedAt, goPatienceMs);
  if (now >= deadline) return { kind: 'end', state: 'lost', reason: silence(run, hasSpoken) };
  if (hasSpoken) return { kind: 'wait', until: deadline };
  return { kind: 'go', againAt: earlier(later(now, goAgainMs), deadline) };
}

/** Whoever asked may be about to take the hold; once that is impossible, the run is an orphan. */
function waitForHold(run: RecoveryRun, failure: Failure | undefined, now: Date): NextStep {
  const until = later(run.requestedAt, holdGraceMs);
  if (now < until) return { kind: 'wait', until };
  const reason = isFreeFor(failure, run)
    ? 'It was broken off before it could begin. Nothing was touched: ask again.'
    : 'Another change of the failure came first. Nothing was touched.';
  return { kind: 'end', state: 'cancelled', reason };
}

function cancelled(reason: string | undefined): NextStep | undefined {
  return reason === undefined ? undefined : { kind: 'end', state: 'cancelled', reason };
}

function silence(run: RecoveryRun, hasSpoken: boolean): string {
  return hasSpoken
    ? `Runner ${run.runner} fell silent while it worked. When it is back, this same run goes on.`
    : `Runner ${run.runner} was told to go and did not answer. Nothing was changed unless it says so later.`;
}

const later = (from: Date | string, ms: number) => new Date(new Date(from).getTime() + ms);
const earlier = (a: Date, b: Date) => (a < b ? a : b);
