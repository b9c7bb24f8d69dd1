import type { Outcome, SimilarFailure } from '../../failure/similar-failure.ts';
import { strategyName } from '../../recovery/strategy-names.ts';

/** What came of it, the last times. */

/** "Rolled back 1 of 1": how often what was tried worked. */
export function outcomeText({ strategy, worked, tried }: Outcome): string {
  const did = strategy === 'rollback-and-retry' ? 'rolled back' : strategyName(strategy);
  return `${did} ${worked} of ${tried}`;
}

export function outcomesText(outcomes: Outcome[]): string {
  return outcomes.map(outcomeText).join(', ');
}

/** "fixed by Rollback & retry (rolled back 2 of 3)", "fixed by hand: put the old certificate back" */
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
