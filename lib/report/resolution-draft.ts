import type { Failure } from '../failure/failure.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { triedRuns, whatRun } from './attempted-fixes.ts';

/** What probably mended it: the recoveries of this episode that worked, and the workaround that stands. */
export function draftFixedBy(failure: Pick<Failure, 'episode' | 'workaround'>, runs: readonly RecoveryRun[]): string {
  const worked = triedRuns(failure, runs).flatMap((run) =>
    run.state === 'succeeded' && !run.unverified ? [`${whatRun(run)} worked: ${run.reason}`] : [],
  );
  const { workaround } = failure;
  return [...new Set(worked), ...(workaround && !workaround.mayBeGone ? [`Workaround: ${workaround.text}`] : [])].join(
    '\n',
  );
}
