import { type KeepMergedPorts, keepMerged } from './keep-merged.ts';
import { type MovePorts, moveFailure, type PersonMove } from './move-failure.ts';
import { splitOff } from './moves/merging.ts';
import type { Transition } from './transition.ts';

/** A person says that it is a failure of its own after all: it is again what it was, with everything that was counted for it. */
export async function splitFailure(ports: MovePorts & KeepMergedPorts, request: PersonMove): Promise<Transition> {
  const transition = await moveFailure(ports, request, splitOff, { alsoLearn: true });
  if (transition.kind === 'moved') await keepMerged(ports, request.failureId);
  return transition;
}
