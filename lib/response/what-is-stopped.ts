import type { Failure } from '../failure/failure.ts';
import { componentPolicy, type Policy } from '../policy/policy.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import type { CardView } from './content.ts';
import { hindranceTo, type ResponseFacts, standingShutdown } from './offers.ts';

/** What an emergency shutdown has stopped and nothing has started since, and how it comes back. */
export function whatIsStopped(failure: Failure, policy: Policy, facts: ResponseFacts): Pick<CardView, 'stopped'> {
  const run = standingShutdown(failure, facts);
  if (!run) return {};
  return {
    stopped: {
      components: stoppedBy(run).map((name) => componentPolicy(policy, name).title ?? name),
      wayBack: wayBack(failure, policy, facts),
    },
  };
}

/** Its plan names those that are not on its host: they run on. */
function stoppedBy({ order, component, ...run }: RecoveryRun): string[] {
  const kept = 'plan' in run ? (run.plan?.items ?? []).filter(({ change }) => change === 'keep') : [];
  return (order.components ?? [component]).filter((name) => !kept.some(({ what }) => what.startsWith(`${name}: `)));
}

function wayBack(failure: Failure, policy: Policy, facts: ResponseFacts): NonNullable<CardView['stopped']>['wayBack'] {
  if (failure.status === 'merged' || hindranceTo('restart', policy, failure, facts)) return 'by-hand';
  return failure.status === 'resolved' ? 'reopen-first' : 'restart';
}
