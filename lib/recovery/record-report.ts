import { PoisonError } from '../errors.ts';
import type { StoredRun } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { applyReport, isSignOfLife } from './apply-report.ts';
import type { RunnerPresence, RunnerReport } from './command.ts';
import { followRun } from './follow-run.ts';
import { recordPresence } from './record-presence.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import { releaseRun } from './release-run.ts';
import { type RecoveryRun, silenceMs } from './run.ts';
import { heard, type RunMove, revived } from './run-moves.ts';
import { isEnded, isFreeFor, isHeldBy } from './run-states.ts';

/** What a runner says, its signature proven (open-report.ts): that it is there, or about its run. `sentAt`: when it reached the queue. */
export async function recordSaid(
  ports: RecoveryPorts,
  said: RunnerReport | RunnerPresence,
  sentAt?: Date,
): Promise<void> {
  if (said.kind === 'presence') await recordPresence(ports, said, sentAt);
  else await recordReport(ports, said);
}

/**
 * What a runner says about its run, whose signature is proven (open-report.ts). In any order and any number of times: a report
 * seen before changes nothing. A report that is not this runner's to make is poison.
 */
export async function recordReport(ports: RecoveryPorts, report: RunnerReport): Promise<void> {
  const { failureId, runId } = report;
  await checkSender(ports, report);
  if (report.kind === 'ready') await releaseRun(ports, report);
  else {
    await reviveLost(ports, report);
    await retryOnConflict(() => record(ports, report));
  }
  // Ended runs are concluded, and what a crash left undone before is done now.
  const stored = await ports.runs.get(failureId, runId);
  if (stored && needsFollowing(stored, report)) await followRun(ports, { failureId, runId });
}

async function checkSender({ runs }: RecoveryPorts, report: RunnerReport): Promise<void> {
  const stored = await runs.get(report.failureId, report.runId);
  if (!stored) {
    const said = report.kind === 'refused' ? ` It says: ${report.reason}` : '';
    throw new PoisonError(
      'invalid_report',
      `Runner ${report.runner} speaks of run ${report.runId}, which does not exist.${said}`,
    );
  }
  if (stored.run.runner !== report.runner) {
    const advice = `Runner ${report.runner} signed a report about a run of runner ${stored.run.runner}.`;
    throw new PoisonError('forged_report', advice);
  }
}

async function record(ports: RecoveryPorts, report: Exclude<RunnerReport, { kind: 'ready' }>): Promise<void> {
  const { failureId, runId } = report;
  const stored = await ports.runs.get(failureId, runId);
  if (!stored) return;
  const effect = applyReport(stored.run, report, moveOf(ports, report));
  ports.log('report', {
    report: report.kind,
    failureId,
    runId,
    sequence: report.sequence,
    effect: effect.kind === 'ignored' ? effect.because : effect.run.state,
  });
  if (effect.kind === 'ignored') return;
  await ports.runs.save(effect.run, {
    expectedVersion: stored.run.version,
    dues: duesAfter(stored, effect.run, ports),
  });
  if (!effect.isShown) return;
  await ports.failures.addDue(failureId, 'show', ports.now().getTime(), { onlyIfAbsent: true });
  await ports.hints.notify({ failureId });
}

/** Running: when silence would be too long. Just ended: at once, to conclude. Ended before: as it stands. */
function duesAfter(stored: StoredRun, next: RecoveryRun, { now }: RecoveryPorts) {
  if (next.state === 'running') return { run: Date.parse(next.heartbeatAt) + silenceMs };
  if (isEnded(next) && stored.run.state !== next.state) return { run: now().getTime() };
  return stored.dues;
}

/**
 * The runner of a lost run is back: the run goes on if its failure is still free, and followRun gives it the hold again. It
 * does so too when a crash came in between: only a run that holds its failure can resolve it.
 */
async function reviveLost(ports: RecoveryPorts, report: RunnerReport): Promise<void> {
  const { failureId, runId } = report;
  if (!isSignOfLife(report, ports.now())) return;
  const isBack = await retryOnConflict(async () => {
    const stored = await ports.runs.get(failureId, runId);
    const run = stored?.run;
    if (run?.state !== 'lost' && !(run?.state === 'running' && report.kind === 'result')) return false;
    const failure = (await ports.failures.get(failureId))?.failure;
    if (!isFreeFor(failure, run) && !(run.state === 'lost' && isHeldBy(failure, run))) return false;
    const move = moveOf(ports, report);
    await ports.runs.save(run.state === 'lost' ? revived(run, move) : heard(run, move), {
      expectedVersion: run.version,
      dues: { run: ports.now().getTime() + silenceMs },
    });
    return true;
  });
  if (isBack) await followRun(ports, { failureId, runId });
}

/** Steps and heartbeats of a run that works need no second look. */
function needsFollowing({ run, dues }: StoredRun, report: RunnerReport): boolean {
  if (isEnded(run)) return dues.run !== undefined;
  return report.kind === 'result' || (report.kind === 'ready' && run.state === 'awaiting-approval');
}

const moveOf = ({ ids, now }: RecoveryPorts, report: RunnerReport): RunMove => ({
  by: `runner:${report.runner}`,
  at: now(),
  actionId: ids.actionId(),
});
