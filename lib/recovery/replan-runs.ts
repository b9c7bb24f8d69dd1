import type { FailureId } from '../failure/failure.ts';
import { followRun } from './follow-run.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import type { RecoveryRun } from './run.ts';
import { isPending } from './run-moves.ts';

/**
 * A failure was graded anew: what waits for its runner or for people is looked at again. What is not for this level any more is
 * cancelled with its reason, what takes more approvals keeps waiting, what has enough goes.
 * `runs` when they were just read.
 */
export async function replanRuns(
  ports: RecoveryPorts,
  { failureId, runs }: { failureId: FailureId; runs?: RecoveryRun[] },
): Promise<void> {
  const pending = (runs ?? (await ports.runs.list(failureId))).filter(isPending);
  for (const run of pending) await followRun(ports, { failureId, runId: run.id });
}
