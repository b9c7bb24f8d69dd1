import { VersionConflictError } from '../errors.ts';
import { type Failure, gravestLevel } from '../failure/failure.ts';
import type { Actor } from '../failure/ids.ts';
import { startRecovery } from '../failure/moves/by-recovery.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { isHarmless, isProposal } from './approvals.ts';
import { checkRequest } from './check-request.ts';
import { createRun, draftRun, isSameQuestion } from './draft-run.ts';
import { mayNotStart } from './may-start.ts';
import { type RecoveryWish, type RequestPorts, wanted } from './recovery-wish.ts';
import type { RecoveryRefusal, RecoveryRequest } from './refusal.ts';
import type { RecoveryRun } from './run.ts';
import { callOff } from './run-decision.ts';
import { called } from './run-moves.ts';
import { isHeldBy, isPending, type Requested } from './run-states.ts';
import { strategies } from './strategies.ts';
import { tooManyLooks } from './too-many-looks.ts';

/**
 * Creates the run first, then takes the failure's one hold for it: of two at once exactly one gets it, and the other's run
 * is cancelled. A crash between the two leaves a run that nobody holds, which the recovery function cancels. What touches
 * nothing takes no hold and may run beside.
 */
export async function requestRecovery(ports: RequestPorts, wish: RecoveryWish): Promise<RecoveryRequest> {
  const { failures, runs, hints, now, log } = ports;
  const { failureId, by, strategy } = wish;
  const stored = await failures.get(failureId);
  if (!stored) return { kind: 'refused', because: 'failure-not-found', failureId };
  const known = await runs.list(failureId);
  const checked = checkRequest(stored.failure, ports.policy, wanted(wish), known);
  if (checked.kind === 'refused') return checked;
  const forbidden = await checkPerson(ports, stored.failure, by);
  if (forbidden) return forbidden;

  const late = checked.insteadOf && (await callOffProposal(ports, checked.insteadOf, wish));
  if (late) return late;

  const drafted = await draftRun(ports, stored.failure, { ...wish, ...checked });
  const same = isHarmless(drafted) ? known.find((other) => isSameQuestion(other, drafted)) : undefined;
  // Asked twice while it is still being answered: one answer is enough.
  if (same) return { kind: 'requested', run: same };
  const tooMany = isHarmless(drafted) ? tooManyLooks(stored.failure, known) : undefined;
  if (tooMany) return tooMany;
  const due = now().getTime();
  const run = await createRun(ports, drafted, wish);
  if (run.state !== 'requested') return { kind: 'requested', run };
  if (isHarmless(run)) {
    await failures.addDue(failureId, 'show', due);
  } else {
    const refusal = await takeHold(ports, run, wish);
    if (refusal) {
      await cancelLoser(ports, run);
      return refusal;
    }
    await hints.effects({ failureId });
  }
  log('recovery requested', { failureId, runId: run.id, strategy, dryRun: run.dryRun, runner: run.runner, by });
  await Promise.all([hints.recovery({ failureId, runId: run.id }), hints.notify({ failureId })]);
  return { kind: 'requested', run };
}

/** What the system proposes needs no leave: who may approve decides. */
async function checkPerson(ports: RequestPorts, failure: Failure, by: Actor): Promise<RecoveryRefusal | undefined> {
  if (isProposal({ requestedBy: by })) return undefined;
  const forbidden = await mayNotStart(ports, { by, level: gravestLevel(failure) });
  return forbidden && { kind: 'refused', failure, ...forbidden };
}

/** The conditional write that settles the race; the loser reads again and is told who won. */
function takeHold(
  { failures, runs, policy, now, log }: RequestPorts,
  run: RecoveryRun,
  wish: RecoveryWish,
): Promise<RecoveryRefusal | undefined> {
  return retryOnConflict(async () => {
    const stored = await failures.get(run.failureId);
    if (!stored) return { kind: 'refused', because: 'failure-not-found', failureId: run.failureId };
    const { failure } = stored;
    if (isHeldBy(failure, run)) return undefined;
    const others = (await runs.list(run.failureId)).filter(({ id }) => id !== run.id);
    const checked = checkRequest(failure, policy, { ...wanted(wish), episode: run.episode }, others);
    if (checked.kind === 'refused') return checked;
    if (checked.insteadOf) return alreadyRecovering(failure, checked.insteadOf);
    const transition = startRecovery(failure, {
      by: run.requestedBy,
      at: now(),
      actionId: run.lastAction.id,
      episode: run.episode,
      runId: run.id,
      strategy: run.strategy,
      undoes: run.order.undoes,
    });
    if (transition.kind === 'unchanged') {
      log('hold refused', { failureId: run.failureId, runId: run.id, because: transition.because });
      throw new Error(`checked, and still refused: ${transition.because}`);
    }
    const due = now().getTime();
    await failures.saveState(transition.failure, {
      expectedVersion: failure.version,
      dues: { show: due, effects: due },
    });
    return undefined;
  });
}

/** By the conditional write that its release needs as well: either it is called off, or it has begun and stays. */
async function callOffProposal(
  ports: RequestPorts,
  { failureId, id: runId }: RecoveryRun,
  { by, strategy }: RecoveryWish,
): Promise<RecoveryRefusal | undefined> {
  const reason = `${strategies[strategy].name} was asked for instead. Nothing was touched.`;
  const answer = await callOff(ports, { failureId, runId, by }, { state: 'cancelled', reason }, async (run) =>
    isPending(run) ? undefined : run,
  );
  // One that has ended is in nobody's way.
  if (answer.kind === 'ended' || answer.refusal.state !== 'running') return undefined;
  const failure = (await ports.failures.get(failureId))?.failure;
  return failure && alreadyRecovering(failure, answer.refusal);
}

function alreadyRecovering(failure: Failure, { id: runId }: RecoveryRun): RecoveryRefusal {
  return { kind: 'refused', because: 'already-recovering', failure, runId };
}

/** A conflict means that the recovery function was here first; either way nobody will carry this run out. */
async function cancelLoser({ runs, ids, now }: RequestPorts, run: Requested): Promise<void> {
  const move = { by: 'system:recovery', at: now(), actionId: ids.actionId() };
  const reason = 'Another change of the failure came first. Nothing was touched.';
  const cancelled = called(run, move, { state: 'cancelled', reason });
  await runs.save(cancelled, { expectedVersion: run.version, dues: {} }).catch((error: unknown) => {
    if (!(error instanceof VersionConflictError)) throw error;
  });
}
