import type { Failure } from '../failure/failure.ts';
import { isHarmless } from './approvals.ts';
import type { RecoveryRefusal } from './refusal.ts';
import type { RecoveryRun } from './run.ts';
import { isEnded } from './run-states.ts';

/** A runner answers one at a time, and each press costs a message in the thread. */
const mostUnderWay = 3;
/** All of an episode's runs are read with its failure. */
const mostKept = 50;
/** What nobody answered is small, and is no look; yet it is read, too. */
const mostAsked = 200;

/** What touches nothing takes no hold and asks nobody, so only this bounds how often it is asked for. */
export function tooManyLooks(failure: Failure, runs: readonly RecoveryRun[]): RecoveryRefusal | undefined {
  const looks = runs.filter((run) => run.episode === failure.episode && isHarmless(run));
  const underWay = looks.filter((run) => !isEnded(run)).length;
  const refused = { kind: 'refused', because: 'too-many-looks', failure } as const;
  if (underWay >= mostUnderWay) return { ...refused, count: underWay, which: 'under-way' };
  const answered = looks.filter(({ state }) => state === 'succeeded' || state === 'failed').length;
  if (answered >= mostKept) return { ...refused, count: answered, which: 'kept' };
  return looks.length >= mostAsked ? { ...refused, count: looks.length, which: 'unanswered' } : undefined;
}
