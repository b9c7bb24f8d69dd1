import type { FailureId } from '../failure/failure.ts';
import { followRun } from './follow-run.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import type { RecoveryRun } from './run.ts';
import { isPending } from './run-states.ts';

/**
 * A failure was graded anew: what waits for its runner or for people is looked at again. What is not for this level any more is
 * cancelled with its reason, what takes more approvals keeps waiting, what has enough goes.
 * `runs` when they were just read. One that cannot be moved keeps the others from nothing: the answer says what went wrong.
 */
export async function replanRuns(
  ports: RecoveryPorts,
  { failureId, runs }: { failureId: FailureId; runs?: RecoveryRun[] },
): Promise<unknown[]> {
  const pending = (runs ?? (await ports.runs.list(failureId))).filter(isPending);
  const stuck: unknown[] = [];
  for (const run of pending) {
    try {
      await followRun(ports, { failureId, runId: run.id });
    } catch (error) {
      ports.log('run not looked at again', { failureId, runId: run.id, error: String(error) });
      stuck.push(error);
    }
  }
  return stuck;
}
