import type { Transition } from './failure.ts';
import { type MovePorts, moveFailure, type PersonMove } from './move-failure.ts';
import { resolve } from './moves/by-people.ts';

/** A person says that it is mended; memory learns it. */
export function resolveFailure(ports: MovePorts, request: PersonMove): Promise<Transition> {
  return moveFailure(ports, request, resolve, { alsoLearn: true });
}
