import type { Forbidden } from '../recovery/may-start.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { callOff, type DecisionPorts } from '../recovery/run-decision.ts';
import { isPending } from '../recovery/run-states.ts';
import type { Failure } from './failure.ts';
import { moveFailure, type PersonMove } from './move-failure.ts';
import { resolve } from './moves/by-people.ts';
import { isEarlier } from './moves/move.ts';
import type { Transition } from './transition.ts';

/**
 * A person says that it is mended; memory learns it. A recovery that has not begun is called off first, by the conditional
 * write that its release needs as well: either it is called off, or it is at work and the person is told so. Not everybody may
 * call off what others asked for.
 */
export async function resolveFailure(
  ports: DecisionPorts,
  request: PersonMove,
  mayNotCallOff: (run: RecoveryRun, failure: Failure) => Promise<Forbidden | undefined> = async () => undefined,
  decide: Parameters<typeof moveFailure>[2] = resolve,
): Promise<Transition | ({ kind: 'refused' } & Forbidden)> {
  const { failureId, by, episode } = request;
  const failure = (await ports.failures.get(failureId))?.failure;
  if (failure?.status === 'recovering' && !isEarlier({ episode }, failure)) {
    const how = { state: 'cancelled' as const, reason: 'The failure was resolved by hand. Nothing was touched.' };
    const answer = await callOff(ports, { failureId, runId: failure.runId, by }, how, async (run) =>
      isPending(run) ? await mayNotCallOff(run, failure) : ('not-pending' as const),
    );
    if (answer.kind === 'refused' && answer.refusal !== 'not-pending') return { kind: 'refused', ...answer.refusal };
  }
  return moveFailure(ports, request, decide, { alsoLearn: true });
}
