import type { Failure } from '../failure/failure.ts';
import { approvalsAt, type Policy } from '../policy/policy.ts';
import type { Level } from '../signal/signal.ts';
import type { Approval, RecoveryRun } from './run.ts';
import { strategies } from './strategies.ts';

/** Touches nothing, so it needs neither the failure's hold nor anybody's yes. */
export function isHarmless({ strategy, dryRun }: Pick<RecoveryRun, 'strategy' | 'dryRun'>): boolean {
  return dryRun || strategies[strategy].isReadOnly;
}

/** How many different people must approve, before anything is asked for or again at any later time. */
export function approvalsFor(
  policy: Policy,
  level: Level,
  what: Pick<RecoveryRun, 'strategy' | 'dryRun'>,
): RecoveryRun['approvalsNeeded'] {
  if (isHarmless(what)) return 0;
  return Math.max(approvalsAt(policy, level), strategies[what.strategy].leastApprovals) as 0 | 1 | 2;
}

/** The same for a run as it stands. What nobody asked for must not begin because its failure was graded lower. */
export function approvalsNow(
  policy: Policy,
  { level }: Pick<Failure, 'level'>,
  run: RecoveryRun,
): RecoveryRun['approvalsNeeded'] {
  const needed = approvalsFor(policy, level, run);
  return isProposal(run) ? (Math.max(needed, run.approvalsNeeded) as 0 | 1 | 2) : needed;
}

export function isProposal({ requestedBy }: Pick<RecoveryRun, 'requestedBy'>): boolean {
  return requestedBy.startsWith('system:');
}

/** The yeses that count: to this very plan, of different people, none of whom asked for the run. */
export function standingApprovals(run: RecoveryRun, planHash: string): Approval[] {
  const seen = new Set<string>([run.requestedBy]);
  return run.approvals.filter(({ by, planHash: to }) => {
    if (to !== planHash || seen.has(by)) return false;
    seen.add(by);
    return true;
  });
}
