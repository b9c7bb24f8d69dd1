import { type MovePorts, moveFailure, type PersonMove } from './move-failure.ts';
import { acknowledge } from './moves/by-people.ts';
import type { Transition } from './transition.ts';

/** A person takes the failure. */
export function acknowledgeFailure(ports: MovePorts, request: PersonMove): Promise<Transition> {
  return moveFailure(ports, request, acknowledge, { alsoLearn: false });
}
