import type { RunnerContext } from './context.ts';
import { snapshotRef } from './git/snapshot-ref.ts';
import type { UnreadableRun } from './journal.ts';

/** A run whose journal cannot be read is not gone on with: it is said to have failed, with all that is still known of it. */
export async function reportUnreadable(
  context: Pick<RunnerContext, 'journal' | 'now' | 'log'> & { desk: Pick<RunnerContext['desk'], 'report'> },
  lost: UnreadableRun,
): Promise<void> {
  const { journal, desk, now, log } = context;
  const { runId, file, why, offered, isReleased, isSaved, isEnded, lastSequence } = lost;
  log('a journal file cannot be read and was set aside', { runId, file, why });
  if (!offered || isEnded) return;
  const { failureId } = offered.offer;
  const run = journal.begin(runId);
  run.write(offered);
  run.write({ kind: 'numbered', sequence: lastSequence });
  const what = `The runner's notes of this run cannot be read (${why}), so it was not finished. They are kept in ${file}.`;
  if (isReleased) {
    const ref = snapshotRef('before-recovery', runId);
    const where = isSaved
      ? ` Files may be half-way. What was there before is kept under ${ref}.`
      : ' As far as they say, nothing was touched.';
    await desk.report(run, failureId, { kind: 'result', ok: false, reason: what + where, refs: isSaved ? [ref] : [] });
  } else {
    const refused = { kind: 'refused' as const, code: 'runner_error', reason: what };
    await desk.report(run, failureId, { ...refused, advice: 'Nothing was touched. Ask again.' });
  }
  run.write({ kind: 'ended', at: now().toISOString(), how: isReleased ? 'done' : 'refused' });
}
