import type { Actor, Failure } from '../failure/failure.ts';
import type { RunnerReport } from './command.ts';
import { keepSteps } from './keep-steps.ts';
import type { Approval, RecoveryRun, RunStep } from './run.ts';
import { limits, shorten } from './text-limits.ts';

/** Who moves a run, when, and the id of the attempt (a refused write with my id was my own success). */
export interface RunMove {
  by: Actor;
  at: Date;
  actionId: string;
}

type Result = Extract<RunnerReport, { kind: 'result' }>;
export type Ready = Extract<RunnerReport, { kind: 'ready' }>;
export type Requested = Extract<RecoveryRun, { state: 'requested' }>;
export type Awaiting = Extract<RecoveryRun, { state: 'awaiting-approval' }>;
export type Running = Extract<RecoveryRun, { state: 'running' }>;
type Lost = Extract<RecoveryRun, { state: 'lost' }>;

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

export function offered(run: Requested, move: RunMove): RecoveryRun {
  return { ...run, ...stamp(run, move), offeredAt: move.at.toISOString() };
}

/** Nothing but what is due about it changes. */
export function touched(run: RecoveryRun, move: RunMove): RecoveryRun {
  return { ...run, ...stamp(run, move) };
}

/** The plan is there, and people decide. Whatever they said to another plan is void. */
export function awaiting(
  run: Requested | Awaiting | Running,
  move: RunMove,
  {
    ready,
    expiresAt,
    approvalsNeeded,
  }: { ready: Ready; expiresAt: Date; approvalsNeeded: Awaiting['approvalsNeeded'] },
): Awaiting {
  return {
    ...planned(run, move, ready),
    state: 'awaiting-approval',
    approvalsNeeded,
    readyAt: move.at.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

/** The same plan, made again: the yeses stand, and `go` must name the new nonce. */
export function readyAgain(run: Awaiting, move: RunMove, { plan, nonce, sequence }: Ready): Awaiting {
  return { ...run, ...stamp(run, move), plan, nonce, planSequence: sequence };
}

/** Some who said yes are not approvers any more. */
export function withoutVoid(run: Awaiting, move: RunMove, standing: Approval[]): Awaiting {
  const lost = run.approvals.length - standing.length;
  const detail = `${lost} approval${lost === 1 ? ' is' : 's are'} void: not an approver any more.`;
  const at = move.at.toISOString();
  const step: RunStep = { sequence: run.planSequence ?? 1, name: 'Check approvals', state: 'done', at, detail };
  return { ...approved(run, move, standing), steps: keepSteps([...run.steps, step]) };
}

/** It takes another number of approvals now. */
export function asking(run: RecoveryRun, move: RunMove, approvalsNeeded: RecoveryRun['approvalsNeeded']): RecoveryRun {
  return { ...run, ...stamp(run, move), approvalsNeeded };
}

export function approved(run: Awaiting, move: RunMove, approvals: Approval[]): Awaiting {
  return { ...run, ...stamp(run, move), approvals };
}

/** Released: from now on the runner may act. */
export function released(run: Requested | Awaiting | Running, move: RunMove, ready: Ready): Running {
  return { ...planned(run, move, ready), ...begun(move) };
}

/** Released by the yeses to the plan as it stands. */
export function releasedAsApproved(run: Awaiting, move: RunMove): Running {
  const { readyAt: _readyAt, expiresAt: _expiresAt, ...rest } = run;
  return { ...rest, ...stamp(run, move), ...begun(move) };
}

/** A dry run ends with its plan: nothing was released, and nothing was touched. */
export function shown(run: Requested, move: RunMove, ready: Ready): RecoveryRun {
  const at = move.at.toISOString();
  return {
    ...planned(run, move, ready),
    state: 'succeeded',
    startedAt: at,
    heartbeatAt: at,
    endedAt: at,
    reason: shorten(`Nothing was changed. ${ready.plan.summary}`, limits.reason),
    refs: [],
    canUndo: false,
  };
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
  }: Pick<Result, 'ok' | 'reason' | 'refs' | 'table' | 'failedChange' | 'canUndo' | 'untouched'>,
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
  };
}

/** With a plan that was not there before, or not this one: then whoever agreed to the old one is asked anew. */
function planned(run: Requested | Awaiting | Running, move: RunMove, { plan, nonce, sequence, at }: Ready) {
  const rest = unbegun(run);
  const about = { ...stamp(run, move), plan, nonce, planSequence: sequence };
  if (run.state === 'requested' || run.plan.hash === plan.hash) return { ...rest, ...about };
  const step: RunStep = { sequence, name: 'Plan again', state: 'done', at, detail: voidText(run.approvals.length) };
  return {
    ...rest,
    ...about,
    approvals: [],
    planChanges: (run.planChanges ?? 0) + 1,
    steps: keepSteps([...run.steps, step]),
  };
}

function voidText(approvals: number): string {
  if (approvals === 0) return 'The plan changed before anything was touched.';
  return `The plan changed: ${approvals} approval${approvals === 1 ? ' is' : 's are'} void.`;
}

const begun = ({ at }: RunMove) => ({
  state: 'running' as const,
  startedAt: at.toISOString(),
  heartbeatAt: at.toISOString(),
});

/** What every pending or just released run has, without what only its state has. */
function unbegun(run: Requested | Awaiting | Running) {
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

function stamp(run: RecoveryRun, { by, at, actionId }: RunMove): Pick<RecoveryRun, 'version' | 'lastAction'> {
  return { version: run.version + 1, lastAction: { id: actionId, by, at: at.toISOString() } };
}
