import type { Actor, FailureId, RunId } from '../failure/failure.ts';
import type { RunStore } from '../ports.ts';

/** Who asked for the recovery that ended it, if one did. */
export async function whoAsked(
  { runs }: { runs: Pick<RunStore, 'list'> },
  failureId: FailureId,
  runId: RunId | undefined,
): Promise<Actor | undefined> {
  if (!runId) return undefined;
  return (await runs.list(failureId)).find(({ id }) => id === runId)?.requestedBy;
}
