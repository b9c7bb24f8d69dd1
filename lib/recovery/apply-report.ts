import { commandRefusals, type RunnerReport } from './command.ts';
import { refusedStep } from './decide-ready.ts';
import type { RecoveryRun } from './run.ts';
import { called, finished, heard, type RunMove, withStep } from './run-moves.ts';
import { isEnded, isPending } from './run-states.ts';

/** A report that took longer than this on its way says nothing about whether its runner is alive now. */
const staleReportMs = 5 * 60_000;

export type ReportEffect =
  | { kind: 'changed'; run: RecoveryRun; isShown: boolean }
  | { kind: 'ignored'; because: 'seen' | 'overtaken' | 'not-released' | 'already-ended' | 'stale' };

/** What a report other than `ready` does to its run. Repeated and late reports change nothing twice. */
export function applyReport(
  run: RecoveryRun,
  report: Exclude<RunnerReport, { kind: 'ready' }>,
  move: RunMove,
): ReportEffect {
  switch (report.kind) {
    case 'refused':
      return commandRefusals.includes(report.code)
        ? addStep(run, report, move, { name: refusedStep, state: 'failed', detail: report.reason })
        : refuse(run, report, move);
    case 'step':
      if (isPending(run)) return { kind: 'ignored', because: 'not-released' };
      return addStep(run, report, move, report.step);
    case 'heartbeat':
      if (run.state !== 'running') return { kind: 'ignored', because: isEnded(run) ? 'already-ended' : 'not-released' };
      if (isStale(report, move)) return { kind: 'ignored', because: 'stale' };
      return { kind: 'changed', run: heard(run, move), isShown: false };
    case 'result':
      if (isPending(run)) return { kind: 'ignored', because: 'not-released' };
      if (run.state !== 'running' && run.state !== 'lost') return { kind: 'ignored', because: 'already-ended' };
      return { kind: 'changed', run: finished(run, move, report), isShown: true };
    default:
      return report satisfies never;
  }
}

/** A sign of life from a runner whose run was given up: the same run may go on. */
export function isSignOfLife(report: RunnerReport, now: Date): boolean {
  if (report.kind === 'result') return true;
  return (report.kind === 'step' || report.kind === 'heartbeat') && !isStale(report, { at: now });
}

function refuse(run: RecoveryRun, report: Extract<RunnerReport, { kind: 'refused' }>, move: RunMove): ReportEffect {
  const reason = [report.reason, report.advice].filter((text) => text.trim() !== '').join(' ');
  if (isPending(run)) {
    return { kind: 'changed', run: called(run, move, { state: 'failed', reason }), isShown: true };
  }
  if (run.state === 'running' || run.state === 'lost') {
    return {
      kind: 'changed',
      run: finished(run, move, { ok: false, reason, refs: [], untouched: true }),
      isShown: true,
    };
  }
  return { kind: 'ignored', because: 'already-ended' };
}

function addStep(
  run: RecoveryRun,
  report: RunnerReport,
  move: RunMove,
  step: Extract<RunnerReport, { kind: 'step' }>['step'],
): ReportEffect {
  if (run.steps.some(({ sequence }) => sequence === report.sequence)) return { kind: 'ignored', because: 'seen' };
  const isAlive = run.state === 'running' && report.kind === 'step' && !isStale(report, move);
  const next = withStep(run, move, { ...step, sequence: report.sequence, at: report.at });
  // A start whose end is known, or older than all that is kept: it may well have been seen before.
  if (!next.steps.some(({ sequence }) => sequence === report.sequence))
    return { kind: 'ignored', because: 'overtaken' };
  const alive = isAlive && next.state === 'running' ? { ...next, heartbeatAt: move.at.toISOString() } : next;
  return { kind: 'changed', run: alive, isShown: true };
}

const isStale = ({ at }: RunnerReport, move: { at: Date }) => move.at.getTime() - Date.parse(at) > staleReportMs;
