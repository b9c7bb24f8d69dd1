import type { Failure } from '../failure/failure.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { isPending } from '../recovery/run-states.ts';

/** While people decide whether what resolved it is undone, it is as resolved as it was: nothing stops until that begins. */
export function unlessUndone(failure: Failure, runs: readonly RecoveryRun[]): Failure {
  if (failure.status !== 'recovering' || !failure.resolution) return failure;
  const undo = runs.find(({ id }) => id === failure.runId);
  if (undo && !isPending(undo)) return failure;
  const { runId: _undo, resolution, ...rest } = failure;
  return { ...rest, status: 'resolved', ...resolution };
}
