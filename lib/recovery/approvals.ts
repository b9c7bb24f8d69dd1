import { type Failure, gravestLevel } from '../failure/failure.ts';
import { approvalsAt, type Policy } from '../policy/policy.ts';
import type { Approval, RecoveryRun } from './run.ts';
import { strategies } from './strategies.ts';

/** Touches nothing, so it needs neither the failure's hold nor anybody's yes. */
export function isHarmless({ strategy, dryRun }: Pick<RecoveryRun, 'strategy' | 'dryRun'>): boolean {
  return dryRun || strategies[strategy].isReadOnly;
}

/**
 * How many different people must approve what is asked for now. The worst level of the episode counts: lowering a level takes
 * one person, and one person alone must not come by a recovery that takes several.
 */
export function approvalsFor(
  policy: Policy,
  failure: Pick<Failure, 'level' | 'worstLevel'>,
  what: Pick<RecoveryRun, 'strategy' | 'dryRun'>,
): RecoveryRun['approvalsNeeded'] {
  if (isHarmless(what)) return 0;
  return Math.max(approvalsAt(policy, gravestLevel(failure)), strategies[what.strategy].leastApprovals) as 0 | 1 | 2;
}

/** The same for a run as it stands: it never takes fewer than it took before. */
export function approvalsNow(
  policy: Policy,
  failure: Pick<Failure, 'level' | 'worstLevel'>,
  run: RecoveryRun,
): RecoveryRun['approvalsNeeded'] {
  return Math.max(approvalsFor(policy, failure, run), run.approvalsNeeded) as 0 | 1 | 2;
}

/** It can never be approved by those who may: too few of them are left without who asked. */
export function lacksApprovers({ approvalsNeeded, othersWhoMay }: AskedOf): boolean {
  return othersWhoMay !== undefined && othersWhoMay < approvalsNeeded;
}
export type AskedOf = { approvalsNeeded: number; othersWhoMay?: number | undefined };

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
