import type { Level } from '../signal/signal.ts';
import { type MovePorts, moveFailure, type PersonMove } from './move-failure.ts';
import { regrade } from './moves/by-people.ts';
import type { Transition } from './transition.ts';

/** A person says how bad it is. What its new level orders is made so, and what waits is looked at again (the `effects` due). */
export function regradeFailure(
  ports: MovePorts,
  { level, reason, ...request }: PersonMove & { level: Level; reason: string },
): Promise<Transition> {
  return moveFailure(ports, request, (failure, move) => regrade(failure, { ...move, level, reason }), {
    alsoLearn: true,
  });
}
