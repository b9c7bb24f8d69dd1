import type { Failure } from '../failure/failure.ts';

/**
 * The failure as an earlier episode left it, as far as that is still known: its report and the reasons for its level went with
 * the next one.
 */
export function asItEnded(
  failure: Failure,
  { episode, openedAt, level, resolvedAt, resolvedBy, how, runId }: Failure['pastEpisodes'][number],
  { version }: { version: number },
): Failure {
  const { response, ...rest } = failure;
  return {
    ...rest,
    ...(response?.episode === episode && { response }),
    version,
    episode,
    openedAt,
    level,
    levelReasons: [],
    report: { whatHappened: '', attemptedFixes: [] },
    pastEpisodes: failure.pastEpisodes.filter((past) => past.episode < episode),
    status: 'resolved',
    resolvedAt,
    resolvedBy,
    how,
    ...(runId && { runId }),
  } as Failure;
}
