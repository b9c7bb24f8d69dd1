import { VersionConflictError } from '../errors.ts';
import type { Failure, FailureId, RunId } from '../failure/failure.ts';
import { startRecovery } from '../failure/moves/by-recovery.ts';
import { componentPolicy, type Policy } from '../policy/policy.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import type { Level } from '../signal/signal.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import type { RecoveryRun, Strategy } from './run.ts';
import { called, isHeldBy } from './run-moves.ts';

/** From this level on a recovery needs an approval, and there is nobody yet who could give one. */
export const approvalFromLevel: Level = 4;

export type RecoveryRefusal =
  | { kind: 'refused'; because: 'failure-not-found'; failureId: FailureId }
  | { kind: 'refused'; because: 'already-resolved'; failure: Failure }
  | { kind: 'refused'; because: 'earlier-episode'; failure: Failure }
  | { kind: 'refused'; because: 'already-recovering'; failure: Failure; runId: RunId }
  | { kind: 'refused'; because: 'level-needs-approval'; failure: Failure; level: Level }
  | { kind: 'refused'; because: 'no-runner'; failure: Failure; component: string; missing: string };
export type RecoveryRequest = { kind: 'requested'; run: RecoveryRun } | RecoveryRefusal;

/**
 * Creates the run first, then takes the failure's one hold for it: of two at once exactly one gets it, and the other's run
 * is cancelled. A crash between the two leaves a run that nobody holds, which the recovery function cancels.
 */
export async function requestRecovery(
  ports: Pick<RecoveryPorts, 'failures' | 'runs' | 'hints' | 'policy' | 'ids' | 'now' | 'log'>,
  { failureId, by, strategy, episode }: { failureId: FailureId; by: string; strategy: Strategy; episode?: number },
): Promise<RecoveryRequest> {
  const { failures, runs, hints, policy, ids, now, log } = ports;
  const stored = await failures.get(failureId);
  if (!stored) return { kind: 'refused', because: 'failure-not-found', failureId };
  const checked = checkRequest(stored.failure, policy, episode);
  if (checked.kind === 'refused') return checked;

  const at = now();
  const actionId = ids.actionId();
  const run: Extract<RecoveryRun, { state: 'requested' }> = {
    schema: 1,
    id: ids.runId(),
    failureId,
    version: 1,
    episode: stored.failure.episode,
    strategy,
    order: {},
    dryRun: false,
    approvalsNeeded: 0,
    approvals: [],
    component: stored.failure.component,
    ...checked.place,
    requestedBy: by,
    requestedAt: at.toISOString(),
    steps: [],
    lastAction: { id: actionId, by, at: at.toISOString() },
    state: 'requested',
  };
  if ((await runs.create(run, { run: at.getTime() })) === 'exists') throw new Error(`run id ${run.id} is taken`);
  const refusal = await takeHold(ports, run, actionId);
  if (refusal) {
    await cancelLoser(ports, run);
    return refusal;
  }
  log('recovery requested', { failureId, runId: run.id, runner: run.runner, by });
  await Promise.all([hints.recovery({ failureId, runId: run.id }), hints.notify({ failureId, runId: run.id })]);
  return { kind: 'requested', run };
}

/** May this failure be recovered now, and where? Runner and work tree come from the component registry, never from a signal. */
export function checkRequest(
  failure: Failure,
  policy: Policy,
  episode?: number,
): { kind: 'allowed'; place: { runner: string; workTree?: string } } | RecoveryRefusal {
  if (episode !== undefined && episode < failure.episode) {
    return { kind: 'refused', because: 'earlier-episode', failure };
  }
  if (failure.status === 'resolved') return { kind: 'refused', because: 'already-resolved', failure };
  if (failure.status === 'recovering') {
    return { kind: 'refused', because: 'already-recovering', failure, runId: failure.runId };
  }
  if (failure.level >= approvalFromLevel) {
    return { kind: 'refused', because: 'level-needs-approval', failure, level: failure.level };
  }
  const place = runnerOf(policy, failure.component);
  if ('missing' in place) {
    return { kind: 'refused', because: 'no-runner', failure, component: failure.component, missing: place.missing };
  }
  return { kind: 'allowed', place };
}

/** The runner that recovers a component, or which line of kintsugi.yml is missing. */
export function runnerOf(
  policy: Policy,
  component: string,
): { runner: string; workTree?: string } | { missing: string } {
  const { recovery } = componentPolicy(policy, component);
  if (!recovery) return { missing: `components.${component}.recovery` };
  if (!policy.runners[recovery.runner]?.publicKey) return { missing: `runners.${recovery.runner}.publicKey` };
  return { runner: recovery.runner, ...(recovery.workTree && { workTree: recovery.workTree }) };
}

/** The conditional write that settles the race; the loser reads again and is told who won. */
function takeHold(
  { failures, policy, now, log }: Pick<RecoveryPorts, 'failures' | 'policy' | 'now' | 'log'>,
  run: RecoveryRun,
  actionId: string,
): Promise<RecoveryRefusal | undefined> {
  return retryOnConflict(async () => {
    const stored = await failures.get(run.failureId);
    if (!stored) return { kind: 'refused', because: 'failure-not-found', failureId: run.failureId };
    if (isHeldBy(stored.failure, run)) return undefined;
    const checked = checkRequest(stored.failure, policy, run.episode);
    if (checked.kind === 'refused') return checked;
    const transition = startRecovery(stored.failure, {
      by: run.requestedBy,
      at: now(),
      actionId,
      episode: run.episode,
      runId: run.id,
      strategy: run.strategy,
    });
    if (transition.kind === 'unchanged') {
      log('hold refused', { failureId: run.failureId, runId: run.id, because: transition.because });
      throw new Error(`checked, and still refused: ${transition.because}`);
    }
    const due = now().getTime();
    await failures.saveState(transition.failure, {
      expectedVersion: stored.failure.version,
      dues: { show: due },
    });
    return undefined;
  });
}

/** A conflict means that the recovery function was here first; either way nobody will carry this run out. */
async function cancelLoser(
  { runs, ids, now }: Pick<RecoveryPorts, 'runs' | 'ids' | 'now'>,
  run: Extract<RecoveryRun, { state: 'requested' }>,
): Promise<void> {
  const move = { by: 'system:recovery', at: now(), actionId: ids.actionId() };
  const cancelled = called(run, move, { state: 'cancelled', reason: 'Another change of the failure came first.' });
  await runs.save(cancelled, { expectedVersion: run.version, dues: {} }).catch((error: unknown) => {
    if (!(error instanceof VersionConflictError)) throw error;
  });
}
