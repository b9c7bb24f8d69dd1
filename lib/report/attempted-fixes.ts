import type { Failure } from '../failure/failure.ts';
import type { Actor } from '../failure/ids.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { strategies } from '../recovery/strategies.ts';
import type { AttemptedFix } from '../signal/signal.ts';

export type NameOf = (actor: Actor) => string;

/**
 * What was tried: what the report says, then each recovery of this episode with how it went. Worked out when it is read, so a
 * run that ends a minute later is there a minute later.
 */
export function attemptedFixes(
  { report, episode }: Pick<Failure, 'report' | 'episode'>,
  runs: readonly RecoveryRun[],
  nameOf: NameOf = (actor) => actor,
): AttemptedFix[] {
  const tried = triedRuns({ episode }, runs).map((run) => ({
    what: whatOf(run, nameOf),
    result: resultOf(run, nameOf),
  }));
  return [...report.attemptedFixes, ...tried];
}

/** The recoveries of this episode that were to mend something, in their order. */
export function triedRuns({ episode }: Pick<Failure, 'episode'>, runs: readonly RecoveryRun[]): RecoveryRun[] {
  return runs
    .filter((run) => run.episode === episode && !run.dryRun && !strategies[run.strategy].isReadOnly)
    .toSorted((one, other) => one.requestedAt.localeCompare(other.requestedAt));
}

/** What was ordered, in words. */
export function whatRun({ strategy, order }: Pick<RecoveryRun, 'strategy' | 'order'>): string {
  const detail = order.action ?? order.checkpoint ?? order.components?.join(', ');
  return `${strategies[strategy].name}${detail ? ` (${detail})` : ''}`;
}

function whatOf({ strategy, order, requestedBy, requestedAt, id }: RecoveryRun, nameOf: NameOf): string {
  const asked = requestedBy.startsWith('system:') ? 'proposed by Kintsugi' : `asked for by ${nameOf(requestedBy)}`;
  return `${whatRun({ strategy, order })}, ${asked} at ${requestedAt} (${id})`;
}

function resultOf(run: RecoveryRun, nameOf: NameOf): string {
  const yes = run.approvals.map(({ by, at }) => `${nameOf(by)} at ${at}`).join(', ');
  const state = stateOf(run, nameOf);
  return yes ? `${state}${/[.!?]$/.test(state) ? '' : '.'} Approved by ${yes}.` : state;
}

/** How it stands or went. */
export function stateOf(run: RecoveryRun, nameOf: NameOf): string {
  switch (run.state) {
    case 'requested':
      return 'Waits for its runner.';
    case 'awaiting-approval':
      return `Waits for approval (${run.approvals.length} of ${run.approvalsNeeded}).`;
    case 'running':
      return 'Under way.';
    case 'succeeded':
      return run.unverified ? `Done, not checked: ${run.reason}` : `It worked: ${run.reason}`;
    case 'failed':
      return `It did not work: ${run.reason}`;
    case 'lost':
      return `Not known: ${run.reason}`;
    case 'cancelled':
      return `Cancelled: ${run.reason}`;
    case 'declined':
      return `Declined by ${nameOf(run.declinedBy)}: ${run.reason}`;
    case 'expired':
      return `Expired: ${run.reason}`;
    default:
      return run satisfies never;
  }
}
