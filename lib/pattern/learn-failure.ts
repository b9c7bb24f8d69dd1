import type { FailureId } from '../failure/failure.ts';
import type { FailureMemory, FailureStore, Hints, Log } from '../ports.ts';

export interface LearnPorts {
  failures: FailureStore;
  memory: FailureMemory;
  hints: Hints;
  log: Log;
}

/** Neighbours shown on a card. */
const shownNeighbours = 2;

/**
 * Makes memory say what the table says about this failure, and gives an open failure's card its nearest past ones.
 * Safe to repeat: the point id is the failure's own. While memory is down this throws, and the message comes again.
 */
export async function learnFailure({ failures, memory, hints, log }: LearnPorts, failureId: FailureId): Promise<void> {
  for (let round = 0; round < 5; round++) {
    const stored = await failures.get(failureId);
    if (!stored) return log('nothing to learn', { failureId });
    const { failure, rev } = stored;
    await memory.remember(failure);
    if (failure.status !== 'resolved') {
      const similar = await memory.similar(failure, shownNeighbours);
      if (JSON.stringify(similar) !== JSON.stringify(failure.similar)) {
        await failures.saveSimilar(failureId, similar);
        await hints.notify({ failureId });
        log('found similar failures', { failureId, found: similar.length });
        continue;
      }
    }
    log('learned', { failureId, status: failure.status, level: failure.level });
    if (stored.dues.learn === undefined || (await failures.clearDues(failureId, ['learn'], rev))) return;
  }
  // Somebody keeps changing it: the due stands, and the sweep comes back to it.
}
