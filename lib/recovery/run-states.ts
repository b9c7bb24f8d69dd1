import type { Failure } from '../failure/failure.ts';
import type { RecoveryRun } from './run.ts';

export type Requested = Extract<RecoveryRun, { state: 'requested' }>;
export type Awaiting = Extract<RecoveryRun, { state: 'awaiting-approval' }>;
export type Running = Extract<RecoveryRun, { state: 'running' }>;
export type Lost = Extract<RecoveryRun, { state: 'lost' }>;

/** Nothing is touched yet: it can be cancelled. */
export function isPending(run: RecoveryRun): run is Requested | Awaiting {
  return run.state === 'requested' || run.state === 'awaiting-approval';
}

export function isEnded(run: RecoveryRun): run is Exclude<RecoveryRun, Requested | Awaiting | Running> {
  return !isPending(run) && run.state !== 'running';
}

/** It did something: a runner that only planned, or said no before it began, says nothing about whether it works. */
export function hasActed(run: Extract<RecoveryRun, { state: 'succeeded' | 'failed' }>): boolean {
  return run.startedAt !== undefined && !run.untouched;
}

/** One active run a failure: this one is it. */
export function isHeldBy(failure: Failure | undefined, run: RecoveryRun): boolean {
  return failure?.status === 'recovering' && failure.runId === run.id;
}

/** Nothing holds the failure, it is still the episode that the run was asked for, and the run may hold it. */
export function isFreeFor(failure: Failure | undefined, run: RecoveryRun): failure is Failure {
  if (failure?.episode !== run.episode) return false;
  if (failure.status === 'resolved') return run.order.undoes !== undefined && failure.runId === run.order.undoes;
  return failure.status === 'open' || failure.status === 'acknowledged';
}
