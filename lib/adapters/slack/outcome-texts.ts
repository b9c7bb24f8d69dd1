import type { Outcome, SimilarFailure } from '../../failure/similar-failure.ts';
import { outcomeWords } from '../../recovery/outcome-words.ts';
import { strategyName } from '../../recovery/strategy-names.ts';

/** What came of it, the last times. */

export function outcomesText(outcomes: Outcome[]): string {
  return outcomes.map(outcomeWords).join(', ');
}

/** "fixed by a recovery (Rollback & retry worked 2 of 3 times)", "fixed by hand: put the old certificate back" */
export function fixText({ fixedBy, fix, outcomes, status }: SimilarFailure): string {
  const tried = outcomes.length > 0 ? ` (${outcomesText(outcomes)})` : '';
  if (fixedBy) return `fixed by ${strategyName(fixedBy)}${tried}${fix ? `: ${fix}` : ''}`;
  return `${status === 'open' ? 'still open' : 'resolved'}${tried}`;
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** In place of a state: nothing recovers before people have said yes. */
export const waitsText = 'its recovery waits for approval';
