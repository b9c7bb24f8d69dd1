import { callOff, type DecisionPorts } from '../recovery/run-decision.ts';
import { isPending } from '../recovery/run-moves.ts';
import type { Transition } from './failure.ts';
import { moveFailure, type PersonMove } from './move-failure.ts';
import { resolve } from './moves/by-people.ts';
import { isEarlier } from './moves/move.ts';

/**
 * A person says that it is mended; memory learns it. A recovery that has not begun is called off first, by the conditional
 * write that its release needs as well: either it is called off, or it is at work and the person is told so.
 */
export async function resolveFailure(ports: DecisionPorts, request: PersonMove): Promise<Transition> {
  const { failureId, by, episode } = request;
  const failure = (await ports.failures.get(failureId))?.failure;
  if (failure?.status === 'recovering' && !isEarlier({ episode }, failure)) {
    const how = { state: 'cancelled' as const, reason: 'The failure was resolved by hand. Nothing was touched.' };
    await callOff(ports, { failureId, runId: failure.runId, by }, how, async (run) =>
      isPending(run) ? undefined : run,
    );
  }
  return moveFailure(ports, request, resolve, { alsoLearn: true });
}
