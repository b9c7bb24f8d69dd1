import type { Failure } from '../failure/failure.ts';
import type { Outcome } from '../failure/similar-failure.ts';
import type { RecoveryRun } from './run.ts';
import { hasActed } from './run-states.ts';

/** What was tried in the episodes before this one: what is tried now is not what helped before. */
export function earlierOutcomes(
  { outcomes, episode }: Pick<Failure, 'outcomes' | 'episode'>,
  runs: readonly RecoveryRun[],
): Outcome[] {
  return outcomes.flatMap((outcome) => {
    const now = runs.filter((run) => run.strategy === outcome.strategy && run.episode === episode && !run.dryRun);
    const worked = outcome.worked - now.filter((run) => run.state === 'succeeded' && !run.unverified).length;
    const failed = now.filter((run) => run.state === 'failed' && hasActed(run)).length;
    const tried = outcome.tried - (outcome.worked - worked) - failed;
    return tried > 0 ? [{ strategy: outcome.strategy, worked: Math.max(0, worked), tried }] : [];
  });
}
