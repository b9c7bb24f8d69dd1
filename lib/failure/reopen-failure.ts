import { type MovePorts, moveFailure, type PersonMove } from './move-failure.ts';
import { reopen } from './moves/by-people.ts';
import type { Transition } from './transition.ts';

/** A person says that it is not mended after all, and takes it. */
export function reopenFailure(ports: MovePorts, request: PersonMove): Promise<Transition> {
  return moveFailure(ports, request, reopen, { alsoLearn: true });
}
