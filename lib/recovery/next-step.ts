import type { Failure } from '../failure/failure.ts';
import { goAgainMs, goPatienceMs, holdGraceMs, offerAgainMs, offerTtlMs, type RecoveryRun, silenceMs } from './run.ts';
import { isFreeFor, isHeldBy } from './run-moves.ts';

/** What must happen next about a run, found from what is stored alone, so that it can be asked at any time, any number of times. */
export type NextStep =
  | { kind: 'wait'; until: Date }
  | { kind: 'offer' }
  | { kind: 'go'; againAt: Date }
  /** A run that goes on without its failure's hold takes it back. */
  | { kind: 'hold' }
  | { kind: 'end'; state: 'cancelled' | 'expired' | 'lost'; reason: string }
  /** It ended, and the failure still waits for it. */
  | { kind: 'conclude' }
  | { kind: 'done' };

export function nextStep(run: RecoveryRun, failure: Failure | undefined, now: Date): NextStep {
  const isHeld = isHeldBy(failure, run);
  switch (run.state) {
    case 'requested':
      return isHeld ? offerOrExpire(run, now) : waitForHold(run, now);
    case 'awaiting-approval': {
      const expiresAt = new Date(run.expiresAt);
      if (now >= expiresAt) return { kind: 'end', state: 'expired', reason: 'Nobody approved it in time.' };
      return { kind: 'wait', until: expiresAt };
    }
    case 'running': {
      if (!isHeld && isFreeFor(failure, run)) return { kind: 'hold' };
      const hasSpoken = run.heartbeatAt > run.startedAt;
      const deadline = hasSpoken ? later(run.heartbeatAt, silenceMs) : later(run.startedAt, goPatienceMs);
      if (now >= deadline) return { kind: 'end', state: 'lost', reason: silence(run, hasSpoken) };
      if (hasSpoken) return { kind: 'wait', until: deadline };
      return { kind: 'go', againAt: earlier(later(now, goAgainMs), deadline) };
    }
    case 'succeeded':
    case 'failed':
    case 'lost':
    case 'cancelled':
    case 'declined':
    case 'expired':
      return isHeld ? { kind: 'conclude' } : { kind: 'done' };
    default:
      return run satisfies never;
  }
}

function offerOrExpire(run: Extract<RecoveryRun, { state: 'requested' }>, now: Date): NextStep {
  const expiry = later(run.requestedAt, offerTtlMs);
  if (now >= expiry) return { kind: 'end', state: 'expired', reason: `Runner ${run.runner} did not answer.` };
  if (!run.offeredAt) return { kind: 'offer' };
  const again = earlier(later(run.offeredAt, offerAgainMs), expiry);
  return now >= again ? { kind: 'offer' } : { kind: 'wait', until: again };
}

/** Whoever asked may be about to take the hold; once that is impossible, the run is an orphan. */
function waitForHold(run: RecoveryRun, now: Date): NextStep {
  const until = later(run.requestedAt, holdGraceMs);
  if (now < until) return { kind: 'wait', until };
  return { kind: 'end', state: 'cancelled', reason: 'Another change of the failure came first.' };
}

function silence(run: RecoveryRun, hasSpoken: boolean): string {
  return hasSpoken
    ? `Runner ${run.runner} fell silent while it worked. When it is back, this same run goes on.`
    : `Runner ${run.runner} was told to go and did not answer. Nothing was changed unless it says so later.`;
}

const later = (from: Date | string, ms: number) => new Date(new Date(from).getTime() + ms);
const earlier = (a: Date, b: Date) => (a < b ? a : b);
