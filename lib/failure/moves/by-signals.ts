import type { Level } from '../../signal/signal.ts';
import type { Failure, FailureReport, PastEpisode, Transition } from '../failure.ts';
import { type Move, stamp, unchanged } from './move.ts';

/** A signal that occurred this soon after the resolution is still the old episode's echo. */
export const recurrenceGraceMs = 2_000;
const keptEpisodes = 5;

/**
 * A resolved failure happens again: the next episode opens, unless the signal only echoes the old one.
 * `at` is when the signal was received, so a sender's clock that runs ahead cannot move its failure past the resolution.
 */
export function recur(
  failure: Failure,
  move: Move & {
    occurredAt: Date;
    level: Level;
    levelReasons: string[];
    claimedLevel?: Level | undefined;
    report: FailureReport;
  },
): Transition {
  if (failure.status !== 'resolved') {
    return unchanged(failure, failure.status === 'recovering' ? 'recovering' : 'already-open');
  }
  const occurredAt = Math.min(move.occurredAt.getTime(), move.at.getTime());
  if (occurredAt <= Date.parse(failure.resolvedAt) + recurrenceGraceMs) return unchanged(failure, 'already-resolved');
  const {
    resolvedBy,
    resolvedAt,
    how,
    runId,
    acknowledgedBy: _by,
    acknowledgedAt: _at,
    claimedLevel: _claim,
    ...rest
  } = failure;
  const over: PastEpisode = {
    episode: failure.episode,
    openedAt: failure.openedAt,
    resolvedAt,
    resolvedBy,
    how,
    level: failure.level,
    ...(runId && { runId }),
  };
  return {
    kind: 'moved',
    failure: {
      ...rest,
      ...stamp(failure, move, { kind: 'recurred', text: `Happened again: episode ${failure.episode + 1}` }),
      status: 'open',
      episode: failure.episode + 1,
      openedAt: move.at.toISOString(),
      level: move.level,
      levelReasons: move.levelReasons,
      ...(move.claimedLevel && { claimedLevel: move.claimedLevel }),
      report: move.report,
      pastEpisodes: [over, ...failure.pastEpisodes].slice(0, keptEpisodes),
    },
  };
}

/** Later signals can only make it worse; to lower a level takes a person. */
export function raiseLevel(
  failure: Failure,
  move: Move & { level: Level; levelReasons: string[]; claimedLevel?: Level | undefined },
): Transition {
  if (failure.status === 'resolved') return unchanged(failure, 'already-resolved');
  if (move.level <= failure.level) return unchanged(failure, 'not-higher');
  return {
    kind: 'moved',
    failure: {
      ...failure,
      ...stamp(failure, move, {
        kind: 'level-raised',
        text: `Level raised from ${failure.level} to ${move.level}: ${move.levelReasons[0] ?? 'new evidence'}`,
        before: { level: failure.level },
        after: { level: move.level },
      }),
      level: move.level,
      levelReasons: move.levelReasons,
      ...(move.claimedLevel && { claimedLevel: move.claimedLevel }),
    },
  };
}
