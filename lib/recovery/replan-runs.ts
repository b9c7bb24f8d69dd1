import type { FailureId, RunId } from '../failure/ids.ts';
import { followRun } from './follow-run.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import type { RecoveryRun } from './run.ts';
import { isEnded, isPending } from './run-states.ts';

/**
 * A failure was graded anew: what waits for its runner or for people is looked at again. What is not for this level any more is
 * cancelled with its reason, what takes more approvals keeps waiting, what has enough goes.
 * A run that has ended and holds the failure all the same, as when it was cancelled at the moment it took the hold, lets go of it.
 * `runs` and `heldBy` when they were just read. One that cannot be moved keeps the others from nothing: the answer says what went wrong.
 */
export async function replanRuns(
  ports: RecoveryPorts,
  { failureId, runs, heldBy }: { failureId: FailureId; runs?: RecoveryRun[]; heldBy?: RunId | undefined },
): Promise<unknown[]> {
  const all = runs ?? (await ports.runs.list(failureId));
  const open = all.filter((run) => isPending(run) || (run.id === heldBy && isEnded(run)));
  const stuck: unknown[] = [];
  for (const run of open) {
    try {
      await followRun(ports, { failureId, runId: run.id });
    } catch (error) {
      ports.log('run not looked at again', { failureId, runId: run.id, error: String(error) });
      stuck.push(error);
    }
  }
  return stuck;
}
