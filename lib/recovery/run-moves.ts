import type { Actor } from '../failure/ids.ts';
import type { RunnerReport } from './command.ts';
import { keepSteps } from './keep-steps.ts';
import type { RecoveryRun, RunStep } from './run.ts';
import type { Awaiting, Lost, Requested, Running } from './run-states.ts';
import { limits, shorten } from './text-limits.ts';

/** Who moves a run, when, and the id of the attempt (a refused write with my id was my own success). */
export interface RunMove {
  by: Actor;
  at: Date;
  actionId: string;
}

type Result = Extract<RunnerReport, { kind: 'result' }>;

export function offered(run: Requested, move: RunMove): RecoveryRun {
  return { ...run, ...stamp(run, move), offeredAt: move.at.toISOString() };
}

/** Nothing but what is due about it changes. */
export function touched(run: RecoveryRun, move: RunMove): RecoveryRun {
  return { ...run, ...stamp(run, move) };
}

/** It takes another number of approvals now. */
export function asking(run: RecoveryRun, move: RunMove, approvalsNeeded: RecoveryRun['approvalsNeeded']): RecoveryRun {
  return { ...run, ...stamp(run, move), approvalsNeeded };
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

/** Ends a run of which nothing was touched: it never was released, or its runner made another plan before it began. */
export function called(
  run: Requested | Awaiting | Running,
  move: RunMove,
  how: { state: 'cancelled' | 'expired' | 'failed' | 'declined'; reason: string },
): RecoveryRun {
  const ended = {
    ...unbegun(run),
    ...stamp(run, move),
    endedAt: move.at.toISOString(),
    reason: shorten(how.reason, limits.reason),
  };
  switch (how.state) {
    case 'failed':
      return { ...ended, state: how.state, refs: [], canUndo: false };
    case 'declined':
      return { ...ended, state: how.state, declinedBy: move.by };
    case 'cancelled':
      return { ...ended, state: how.state, cancelledBy: move.by };
    case 'expired':
      return { ...ended, state: how.state };
    default:
      return how.state satisfies never;
  }
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
    untouched,
    unverified,
  }: Pick<Result, 'ok' | 'reason' | 'refs' | 'table' | 'failedChange' | 'canUndo' | 'untouched' | 'unverified'>,
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
    ...(untouched && { untouched }),
    ...(unverified && { unverified }),
  };
}

/** What every pending or just released run has, without what only its state has. */
export function unbegun(run: Requested | Awaiting | Running) {
  switch (run.state) {
    case 'requested':
      return run;
    case 'awaiting-approval': {
      const { readyAt: _readyAt, expiresAt: _expiresAt, nonce: _nonce, ...rest } = run;
      return rest;
    }
    case 'running': {
      const { startedAt: _startedAt, heartbeatAt: _heartbeatAt, nonce: _nonce, ...rest } = run;
      return rest;
    }
    default:
      return run satisfies never;
  }
}

export function stamp(run: RecoveryRun, { by, at, actionId }: RunMove): Pick<RecoveryRun, 'version' | 'lastAction'> {
  return { version: run.version + 1, lastAction: { id: actionId, by, at: at.toISOString() } };
}
