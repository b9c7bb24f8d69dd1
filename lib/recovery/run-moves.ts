import type { Actor, Failure } from '../failure/failure.ts';
import type { RunnerReport } from './command.ts';
import { keepSteps } from './keep-steps.ts';
import type { RecoveryRun, RunPlan, RunStep } from './run.ts';
import { limits, shorten } from './text-limits.ts';

/** Who moves a run, when, and the id of the attempt (a refused write with my id was my own success). */
export interface RunMove {
  by: Actor;
  at: Date;
  actionId: string;
}

type Result = Extract<RunnerReport, { kind: 'result' }>;
type Requested = Extract<RecoveryRun, { state: 'requested' }>;
type Running = Extract<RecoveryRun, { state: 'running' }>;
type Lost = Extract<RecoveryRun, { state: 'lost' }>;

export function isEnded(run: RecoveryRun): run is Exclude<RecoveryRun, Requested | Running> {
  return run.state !== 'requested' && run.state !== 'running';
}

/** One active run a failure: this one is it. */
export function isHeldBy(failure: Failure | undefined, run: RecoveryRun): boolean {
  return failure?.status === 'recovering' && failure.runId === run.id;
}

/** Nothing holds the failure, and it is still the episode that the run was asked for. */
export function isFreeFor(failure: Failure | undefined, run: RecoveryRun): failure is Failure {
  return (failure?.status === 'open' || failure?.status === 'acknowledged') && failure.episode === run.episode;
}

export function offered(run: Requested, move: RunMove): RecoveryRun {
  return { ...run, ...stamp(run, move), offeredAt: move.at.toISOString() };
}

/** Nothing but what is due about it changes. */
export function touched(run: RecoveryRun, move: RunMove): RecoveryRun {
  return { ...run, ...stamp(run, move) };
}

export function released(run: Requested, move: RunMove, { plan, nonce }: { plan: RunPlan; nonce: string }): Running {
  const { offeredAt: _offeredAt, ...rest } = run;
  const at = move.at.toISOString();
  return { ...rest, ...stamp(run, move), state: 'running', plan, nonce, startedAt: at, heartbeatAt: at };
}

export function heard(run: Running, move: RunMove): Running {
  return { ...run, ...stamp(run, move), heartbeatAt: move.at.toISOString() };
}

export function withStep<R extends RecoveryRun>(run: R, move: RunMove, step: RunStep): R {
  return { ...run, ...stamp(run, move), steps: keepSteps([...run.steps, step]) };
}

export function lost(run: Running, move: RunMove, reason: string): RecoveryRun {
  return { ...run, ...stamp(run, move), state: 'lost', endedAt: move.at.toISOString(), reason };
}

/** The runner of a lost run spoke again: the same run goes on. */
export function revived(run: Lost, move: RunMove): Running {
  const { endedAt: _endedAt, reason: _reason, ...rest } = run;
  return { ...rest, ...stamp(run, move), state: 'running', heartbeatAt: move.at.toISOString() };
}

/** Ends a run that never was released: nothing was touched. */
export function called(
  run: Requested,
  move: RunMove,
  { state, reason }: { state: 'cancelled' | 'expired' | 'failed'; reason: string },
): RecoveryRun {
  const { offeredAt: _offeredAt, ...rest } = run;
  const ended = {
    ...rest,
    ...stamp(run, move),
    endedAt: move.at.toISOString(),
    reason: shorten(reason, limits.reason),
  };
  return state === 'failed' ? { ...ended, state, refs: [], canUndo: false } : { ...ended, state };
}

export function finished(
  run: Running | Lost,
  move: RunMove,
  {
    ok,
    reason,
    refs,
    table,
    failedChange,
    canUndo = false,
  }: Pick<Result, 'ok' | 'reason' | 'refs' | 'table' | 'failedChange' | 'canUndo'>,
): RecoveryRun {
  return {
    ...run,
    ...stamp(run, move),
    state: ok ? 'succeeded' : 'failed',
    endedAt: move.at.toISOString(),
    reason: shorten(reason, limits.reason),
    refs,
    ...(table && { table }),
    ...(failedChange && { failedChange }),
    canUndo,
  };
}

function stamp(run: RecoveryRun, { by, at, actionId }: RunMove): Pick<RecoveryRun, 'version' | 'lastAction'> {
  return { version: run.version + 1, lastAction: { id: actionId, by, at: at.toISOString() } };
}
