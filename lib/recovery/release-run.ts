import type { Failure } from '../failure/failure.ts';
import type { Policy } from '../policy/policy.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import type { RunnerReport } from './command.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import { approvalFromLevel, runnerOf } from './request-recovery.ts';
import { goAgainMs, offerTtlMs, type RecoveryRun } from './run.ts';
import { called, isHeldBy, released } from './run-moves.ts';
import { sendCancel, sendGo } from './send-command.ts';

type Ready = Extract<RunnerReport, { kind: 'ready' }>;
export type Release =
  | { kind: 'go' }
  /** `go` was decided before, for this very plan. */
  | { kind: 'go-again' }
  | { kind: 'call-off'; state: 'cancelled' | 'expired'; reason: string }
  | { kind: 'too-late' };

/** Everything that was true when the run was asked for is asked again before anything is touched. */
export function decideRelease(
  run: RecoveryRun,
  failure: Failure | undefined,
  policy: Policy,
  { ready, now }: { ready: Ready; now: Date },
): Release {
  if (run.state === 'running') {
    const isSamePlan = run.nonce === ready.nonce && run.plan.hash === ready.plan.hash;
    return isSamePlan && run.heartbeatAt === run.startedAt ? { kind: 'go-again' } : { kind: 'too-late' };
  }
  if (run.state !== 'requested') return { kind: 'too-late' };
  if (now.getTime() >= Date.parse(run.requestedAt) + offerTtlMs) {
    return { kind: 'call-off', state: 'expired', reason: `Runner ${run.runner} answered too late.` };
  }
  const callOff = (reason: string): Release => ({ kind: 'call-off', state: 'cancelled', reason });
  if (!failure || !isHeldBy(failure, run)) return callOff('The failure has moved on.');
  if (failure.level >= approvalFromLevel) {
    return callOff(
      `Its level rose to ${failure.level} meanwhile, and from level ${approvalFromLevel} on a recovery needs an approval.`,
    );
  }
  const place = runnerOf(policy, run.component);
  if ('missing' in place || place.runner !== run.runner || place.workTree !== run.workTree) {
    return callOff('kintsugi.yml names another runner or work tree for this component now.');
  }
  return { kind: 'go' };
}

/** The runner is ready: check again, move the run to `running` by a conditional write, and only then say go. */
export function releaseRun(ports: RecoveryPorts, ready: Ready): Promise<void> {
  const { runs, failures, hints, policy, ids, now, log } = ports;
  const { failureId, runId } = ready;
  return retryOnConflict(async () => {
    const stored = await runs.get(failureId, runId);
    if (!stored) return;
    const { run } = stored;
    const failure = (await failures.get(failureId))?.failure;
    const at = now();
    const decision = decideRelease(run, failure, policy, { ready, now: at });
    log('ready', { failureId, runId, decision: decision.kind, paths: ready.plan.total });
    switch (decision.kind) {
      case 'go': {
        if (run.state !== 'requested') return;
        const next = released(run, { by: `runner:${run.runner}`, at, actionId: ids.actionId() }, ready);
        await runs.save(next, { expectedVersion: run.version, dues: { run: at.getTime() + goAgainMs } });
        await sendGo(ports, next);
        await hints.notify({ failureId, runId });
        return;
      }
      case 'go-again':
        if (run.state === 'running') await sendGo(ports, run);
        return;
      case 'call-off': {
        if (run.state !== 'requested') return;
        const next = called(run, { by: 'system:recovery', at, actionId: ids.actionId() }, decision);
        await runs.save(next, { expectedVersion: run.version, dues: { run: at.getTime() } });
        await sendCancel(ports, run, decision.reason);
        return;
      }
      case 'too-late':
        if (run.state === 'cancelled' || run.state === 'expired') await sendCancel(ports, run, run.reason);
        return;
      default:
        return decision satisfies never;
    }
  });
}
