import type { RunnerReport } from './command.ts';
import { keepSteps } from './keep-steps.ts';
import type { Approval, RecoveryRun, RunStep } from './run.ts';
import { type RunMove, stamp, unbegun } from './run-moves.ts';
import type { Awaiting, Requested, Running } from './run-states.ts';
import { limits, shorten } from './text-limits.ts';

/** From the plan to its release: what a plan, the people who read it and the yes of enough of them do to a run. */

export type Ready = Extract<RunnerReport, { kind: 'ready' }>;

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
