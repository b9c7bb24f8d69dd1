import type { Failure } from '../failure/failure.ts';
import type { Actor } from '../failure/ids.ts';
import type { Policy } from '../policy/policy.ts';
import { isHarmless, isProposal } from './approvals.ts';
import { runnerOf } from './check-run.ts';
import type { RecoveryRefusal } from './refusal.ts';
import type { RecoveryRun, RunOrder, Strategy } from './run.ts';
import { isPending } from './run-states.ts';
import { startOrder } from './start-order.ts';
import { strategies } from './strategies.ts';
import { limits } from './text-limits.ts';

export interface Wanted {
  by: Actor;
  strategy: Strategy;
  order: RunOrder;
  dryRun: boolean;
  /** The episode whose card carried the button. */
  episode?: number | undefined;
}

export type Checked =
  | {
      kind: 'allowed';
      place: { runner: string; workTree?: string };
      order: RunOrder;
      /** What the system proposed and nobody released: it gives way to what a person asks for. */
      insteadOf?: RecoveryRun;
    }
  | RecoveryRefusal;

/**
 * May this be done to this failure now, where, and what exactly? Runner, work tree and who hangs on whom come from the
 * component registry, never from a signal or a click. `runs` are the failure's, for what can be undone.
 */
export function checkRequest(failure: Failure, policy: Policy, wanted: Wanted, runs: readonly RecoveryRun[]): Checked {
  const { strategy, episode } = wanted;
  if (episode !== undefined && episode < failure.episode) {
    return { kind: 'refused', because: 'earlier-episode', failure };
  }
  if (failure.status === 'merged') return { kind: 'refused', because: 'merged', failure };
  const exactly = orderFor(failure, policy, wanted, runs);
  if (exactly.kind === 'refused') return exactly;
  const { order } = exactly;
  if (failure.status === 'resolved' && (strategy !== 'undo' || order.undoes !== failure.runId)) {
    return { kind: 'refused', because: 'already-resolved', failure };
  }
  const isHeld = failure.status === 'recovering' && !isHarmless(wanted);
  const insteadOf = isHeld
    ? runs.find((run) => run.id === failure.runId && givesWay(run, wanted.by, { strategy, order }))
    : undefined;
  if (isHeld && !insteadOf) {
    return { kind: 'refused', because: 'already-recovering', failure, runId: failure.runId };
  }
  const { fromLevel } = strategies[strategy];
  if (failure.level < fromLevel) return { kind: 'refused', because: 'too-low', failure, strategy, fromLevel };
  const place = runnerOf(policy, failure.component);
  if ('missing' in place) {
    return { kind: 'refused', because: 'no-runner', failure, component: failure.component, missing: place.missing };
  }
  return { kind: 'allowed', place, order, ...(insteadOf && { insteadOf }) };
}

/** The very same is not asked for instead: people approve it. */
function givesWay(run: RecoveryRun, by: Actor, wanted: Pick<RecoveryRun, 'strategy' | 'order'>): boolean {
  const isSame = run.strategy === wanted.strategy && JSON.stringify(run.order) === JSON.stringify(wanted.order);
  return isProposal(run) && isPending(run) && !isProposal({ requestedBy: by }) && !isSame;
}

/** Only what the strategy needs, and nothing that is worked out here is taken from whoever asks. */
function orderFor(
  failure: Failure,
  policy: Policy,
  { strategy, order }: Wanted,
  runs: readonly RecoveryRun[],
): { kind: 'exactly'; order: RunOrder } | RecoveryRefusal {
  switch (strategy) {
    case 'rollback-and-retry':
      return { kind: 'exactly', order: order.checkpoint === undefined ? {} : { checkpoint: order.checkpoint } };
    case 'undo': {
      const undone = undoable(failure, runs, order.undoes);
      if (!undone) return { kind: 'refused', because: 'nothing-to-undo', failure };
      return { kind: 'exactly', order: { undoes: undone.id } };
    }
    case 'workaround':
      if (order.action === undefined) return { kind: 'refused', because: 'no-action', failure };
      return { kind: 'exactly', order: { action: order.action } };
    case 'shutdown':
    case 'restart': {
      const components = startOrder(policy, failure.component);
      if (components.length > limits.components) {
        return { kind: 'refused', because: 'too-many-components', failure, count: components.length };
      }
      return { kind: 'exactly', order: { components } };
    }
    case 'diagnose':
    case 'clean':
      return { kind: 'exactly', order: {} };
    default:
      return strategy satisfies never;
  }
}

/** The run of this episode that was named, or the last one, if it can be undone and was not. */
function undoable(failure: Failure, runs: readonly RecoveryRun[], named: RunOrder['undoes']): RecoveryRun | undefined {
  const undone = runs.filter(({ strategy, state }) => strategy === 'undo' && state === 'succeeded');
  return runs
    .filter((run) => (run.state === 'succeeded' || run.state === 'failed') && run.canUndo)
    .filter(({ id, episode }) => episode === failure.episode && (named === undefined || id === named))
    .filter(({ id }) => !undone.some(({ order }) => order.undoes === id))
    .sort((one, other) => endOf(one).localeCompare(endOf(other)))
    .at(-1);
}

const endOf = (run: RecoveryRun) => ('endedAt' in run ? run.endedAt : '');
