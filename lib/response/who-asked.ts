import type { Actor, RunId } from '../failure/ids.ts';
import type { RecoveryRun } from '../recovery/run.ts';

/** Who asked for the recovery that ended it, if one did. */
export function whoAsked(runs: RecoveryRun[], runId: RunId | undefined): Actor | undefined {
  return runId && runs.find(({ id }) => id === runId)?.requestedBy;
}
