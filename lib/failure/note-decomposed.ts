import type { WorkItemId } from '../work/work-item.ts';
import type { Failure } from './failure.ts';
import { type MovePorts, moveFailure, type PersonMove } from './move-failure.ts';
import { type EpisodeMove, isEarlier, stamp, unchanged } from './moves/move.ts';
import type { Transition } from './transition.ts';

/** Puts on the timeline that the failure's work was split; who calls makes sure that it is not there yet. */
export function noteDecomposed(
  ports: MovePorts,
  { item, parts, ...request }: PersonMove & { item: WorkItemId; parts: WorkItemId[] },
): Promise<Transition> {
  const decide = (failure: Failure, move: EpisodeMove): Transition => {
    if (isEarlier(move, failure)) return unchanged(failure, 'earlier-episode');
    const text = `${item} was split into ${parts.length} parts: ${parts.join(', ')}`;
    const after = { workItemId: item, parts };
    return { kind: 'moved', failure: { ...failure, ...stamp(failure, move, { kind: 'decomposed', text, after }) } };
  };
  return moveFailure(ports, request, decide, { alsoLearn: false });
}
