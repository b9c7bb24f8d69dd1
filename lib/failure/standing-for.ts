import type { FailureStore, StoredFailure } from '../ports.ts';
import type { FailureId } from './ids.ts';

/** A failure is only ever merged into an older one, so the way ends; this is far beyond what people merge. */
const mostSteps = 100;

/** The failure that this one is part of, over as many merges as there were; itself when it stands for itself. */
export async function standingFor(
  failures: Pick<FailureStore, 'get'>,
  id: FailureId,
): Promise<StoredFailure | undefined> {
  let stored = await failures.get(id);
  for (let step = 0; step < mostSteps && stored?.failure.status === 'merged'; step++) {
    stored = await failures.get(stored.failure.mergedInto);
  }
  return stored;
}
