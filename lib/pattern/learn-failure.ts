import type { ChecklistStore } from '../checklist/checklist.ts';
import { keepLessons } from '../checklist/keep-lessons.ts';
import { type Failure, isEnded } from '../failure/failure.ts';
import type { FailureId } from '../failure/ids.ts';
import { groupsOf } from '../failure/moves/merging.ts';
import { SimilarFailure } from '../failure/similar-failure.ts';
import { standingFor } from '../failure/standing-for.ts';
import type { FailureMemory, FailureStore, Hints, Log } from '../ports.ts';
import type { ReportStore } from '../report/report-version.ts';
import { channelsOf, permalinkOf } from '../response/card-content.ts';

export interface LearnPorts {
  failures: FailureStore;
  memory: FailureMemory;
  reports: ReportStore;
  checklists: Pick<ChecklistStore, 'keepLesson'>;
  hints: Hints;
  log: Log;
}

/** Neighbours shown on a card. */
const shownNeighbours = 2;

/**
 * Makes memory say what the table says about this failure, and gives an open failure's card its nearest past ones.
 * Safe to repeat: the point id is the failure's own. While memory is down this throws, and the message comes again.
 */
export async function learnFailure(ports: LearnPorts, failureId: FailureId): Promise<void> {
  const { failures, memory, hints, log } = ports;
  let stored = await failures.get(failureId);
  for (let round = 0; round < 5; round++) {
    if (!stored) return log('nothing to learn', { failureId });
    const { failure, rev, dues } = stored;
    // A look that somebody asked for is like every other such look, and teaches nothing.
    const isLearned = failure.kind !== 'check-up';
    // First what needs the table alone: memory may be down.
    if (isLearned) await keepLessons(ports, failure);
    if (isLearned) await rememberAll({ failures, memory }, failure);
    if (isLearned && !isEnded(failure)) {
      const similar = await withCards(failures, await memory.similar(failure, shownNeighbours));
      if (JSON.stringify(similar) !== JSON.stringify(failure.similar)) {
        await failures.saveSimilar(failureId, similar);
        await hints.notify({ failureId });
        log('found similar failures', { failureId, found: similar.length });
        stored = await failures.get(failureId);
        continue;
      }
    }
    log('learned', { failureId, status: failure.status, level: failure.level });
    // A slow write may have landed after a newer one: as long as the version moves, what is newest is written again.
    const isDone = dues.learn === undefined || (await failures.clearDues(failureId, ['learn'], rev));
    stored = await failures.get(failureId);
    if (isDone && stored?.failure.version === failure.version) return;
  }
  throw new Error(`${failureId} changed five times while it was learned`);
}

/** Who reads of a neighbour wants to go there. */
async function withCards(failures: Pick<FailureStore, 'get'>, similar: SimilarFailure[]): Promise<SimilarFailure[]> {
  return await Promise.all(
    similar.map(async (one) => {
      const stored = await failures.get(one.failureId);
      // As it is kept, also in the order of its parts: whether it changed is asked of its text.
      return SimilarFailure.parse({ ...one, ...(stored && { ...permalinkOf(stored), channels: channelsOf(stored) }) });
    }),
  );
}

/** What is merged is found by its own words, and what is found is the failure that it is part of: as that one stands now. */
async function rememberAll(
  { failures, memory }: Pick<LearnPorts, 'failures' | 'memory'>,
  failure: Failure,
): Promise<void> {
  const standing = failure.status === 'merged' ? (await standingFor(failures, failure.id))?.failure : failure;
  await memory.remember(failure, standing ?? failure);
  if (!standing) return;
  for (const { failureId } of groupsOf(failure).slice(1)) {
    const part = (await failures.get(failureId))?.failure;
    if (part?.status === 'merged') await memory.remember(part, standing);
  }
}
