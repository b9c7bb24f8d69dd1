import { mostAbsorbed, mostGroups } from './absorbed.ts';
import type { Failure, MergedFailure } from './failure.ts';
import type { Actor, FailureId } from './ids.ts';
import { type KeepMergedPorts, keepMerged } from './keep-merged.ts';
import { type MovePorts, moveFailure } from './move-failure.ts';
import { groupsOf, mergeInto } from './moves/merging.ts';
import { standingFor } from './standing-for.ts';
import type { Transition } from './transition.ts';

export type MergeOutcome =
  /** `isReopened`: the older one was resolved, and is open again, since the younger one was not. */
  | { kind: 'merged'; younger: MergedFailure; older: Failure; isReopened: boolean }
  | { kind: 'refused'; because: 'not-found'; failureId: FailureId }
  /** They are one already, or one was named twice. */
  | { kind: 'refused'; because: 'same'; failure: Failure }
  | { kind: 'refused'; because: 'other-component'; older: Failure; younger: Failure }
  | Extract<Transition, { kind: 'unchanged' }>;

/**
 * Two failures are one: the younger goes into the older, whichever way round they were named. What was merged before is taken
 * for what it is part of. One write does it, on the younger; the older one is told after it, by this or by the effects that
 * the write leaves due.
 */
export async function mergeFailures(
  ports: MovePorts & KeepMergedPorts,
  { ids: [one, other], by }: { ids: readonly [FailureId, FailureId]; by: Actor },
): Promise<MergeOutcome> {
  const pair = await agedPair(ports, one, other);
  if ('kind' in pair) return pair;
  const { older, younger } = pair;
  if (older.id === younger.id) return { kind: 'refused', because: 'same', failure: older };
  if (older.component !== younger.component) return { kind: 'refused', because: 'other-component', older, younger };
  if (isFull(older, younger)) return { kind: 'unchanged', failure: older, because: 'too-many-merged' };
  const moved = await moveFailure(
    ports,
    { failureId: younger.id, by },
    (failure, move) => mergeInto(failure, { ...move, into: older.id }),
    { alsoLearn: true },
  );
  if (moved.kind === 'unchanged') return moved;
  await keepMerged(ports, younger.id);
  const after = (await ports.failures.get(older.id))?.failure ?? older;
  const isReopened = older.status === 'resolved' && after.episode > older.episode;
  return { kind: 'merged', younger: moved.failure as MergedFailure, older: after, isReopened };
}

/** The one that was first is kept: links to it, and what was learned from it, stay. */
export async function agedPair(
  { failures }: Pick<MovePorts, 'failures'>,
  one: FailureId,
  other: FailureId,
): Promise<{ older: Failure; younger: Failure } | Extract<MergeOutcome, { because: 'not-found' }>> {
  const [first, second] = await Promise.all([standingFor(failures, one), standingFor(failures, other)]);
  if (!first) return { kind: 'refused', because: 'not-found', failureId: one };
  if (!second) return { kind: 'refused', because: 'not-found', failureId: other };
  const isFirstOlder = ageOf(first.failure) <= ageOf(second.failure);
  const [older, younger] = isFirstOlder ? [first.failure, second.failure] : [second.failure, first.failure];
  return { older, younger };
}

/** Why these two cannot be one now, as far as both are known. The younger one is to stand still, which not every failure can. */
export function mergeHindrance(
  one: Failure,
  other: Failure,
): 'other-component' | 'recovering' | 'has-workaround' | undefined {
  if (one.component !== other.component) return 'other-component';
  const younger = ageOf(one) <= ageOf(other) ? other : one;
  if (younger.status === 'recovering') return 'recovering';
  return younger.workaround ? 'has-workaround' : undefined;
}

/** The id settles it between two of one moment, so that no two ever go into each other. */
const ageOf = ({ firstOpenedAt, id }: Failure): string => `${new Date(firstOpenedAt).toISOString()} ${id}`;

function isFull(older: Failure, younger: Failure): boolean {
  return (
    (older.absorbed?.length ?? 0) >= mostAbsorbed || groupsOf(older).length + groupsOf(younger).length > mostGroups
  );
}
