import type { Level } from '../../signal/signal.ts';
import { type Failure, gravestLevel, type PastEpisode } from '../failure.ts';
import type { FailureReport } from '../failure-report.ts';
import type { Transition } from '../transition.ts';
import { type Move, stamp, unchanged } from './move.ts';

/** A signal that occurred this soon after the resolution is still the old episode's echo. */
export const recurrenceGraceMs = 2_000;
/** What a person called mended and is back within this was not: it is approved as what it was. */
const sameTroubleMs = 24 * 3_600_000;
const keptEpisodes = 5;

type Graded = Move & { level: Level; levelReasons: string[]; claimedLevel?: Level | undefined };
type Recurrence = Graded & { occurredAt: Date; report: FailureReport };
type Resolved = Extract<Failure, { status: 'resolved' }>;
type Recovering = Extract<Failure, { status: 'recovering' }>;

/**
 * A resolved failure happens again: the next episode opens, unless the signal only echoes the old one.
 * `at` is when the signal was received, so a sender's clock that runs ahead cannot move its failure past the resolution.
 */
export function recur(failure: Failure, move: Recurrence): Transition {
  switch (failure.status) {
    case 'open':
    case 'acknowledged':
      return unchanged(failure, 'already-open');
    case 'recovering':
      if (!failure.resolution) return unchanged(failure, 'recovering');
      return isEcho(move, failure.resolution) ? unchanged(failure, 'already-resolved') : comeBack(failure, move);
    case 'merged':
      return unchanged(failure, 'merged');
    case 'resolved':
      return isEcho(move, failure) ? unchanged(failure, 'already-resolved') : openNext(failure, move);
    default:
      return failure satisfies never;
  }
}

function isEcho({ occurredAt, at }: Recurrence, { resolvedAt }: { resolvedAt: string }): boolean {
  return Math.min(occurredAt.getTime(), at.getTime()) <= Date.parse(resolvedAt) + recurrenceGraceMs;
}

/** However soon after the resolution: who calls this knows that it is no echo. */
export function openNext(failure: Resolved, move: Recurrence): Transition {
  const {
    resolvedBy,
    resolvedAt,
    how,
    runId,
    acknowledgedBy: _by,
    acknowledgedAt: _at,
    claimedLevel: _claim,
    regraded: _regraded,
    levelAt: _levelAt,
    levelSource: _levelSource,
    worstLevel: _worst,
    earlierWorkaround: _earlier,
    ...rest
  } = failure;
  const before = gravestLevel(failure);
  const isSameTrouble = how === 'person' && move.at.getTime() < Date.parse(resolvedAt) + sameTroubleMs;
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
      ...(isSameTrouble && before > move.level && { worstLevel: before }),
      ...(move.claimedLevel && { claimedLevel: move.claimedLevel }),
      report: move.report,
      pastEpisodes: [over, ...failure.pastEpisodes].slice(0, keptEpisodes),
    },
  };
}

/** It fails again while its solution is being undone: the undoing goes on, and nothing is resolved whatever comes of it. */
function comeBack(failure: Recovering, move: Recurrence): Transition {
  const { resolution: _resolution, ...rest } = failure;
  const entry = { kind: 'reopened' as const, text: 'Happened again while what had resolved it was being undone' };
  return { kind: 'moved', failure: { ...rest, ...stamp(failure, move, entry) } };
}

/** Later signals can only make it worse; to lower a level takes a person. After their word only worse evidence counts. */
export function raiseLevel(failure: Failure, move: Graded & { source?: string | undefined }): Transition {
  if (failure.status === 'resolved') return unchanged(failure, 'already-resolved');
  if (failure.status === 'merged') return unchanged(failure, 'merged');
  const evidence = failure.regraded?.evidence ?? failure.level;
  if (move.level <= evidence) return unchanged(failure, 'not-higher');
  if (failure.regraded && move.level <= failure.level) return knowWorse(failure, failure.regraded, move);
  const { regraded: _regraded, levelSource: _source, ...rest } = failure;
  return {
    kind: 'moved',
    failure: {
      ...rest,
      ...stamp(failure, move, {
        kind: 'level-raised',
        text: `Level raised from ${failure.level} to ${move.level}: ${move.levelReasons[0] ?? 'new evidence'}`,
        before: { level: failure.level },
        after: { level: move.level },
      }),
      level: move.level,
      levelAt: move.at.toISOString(),
      ...(move.source && { levelSource: move.source }),
      levelReasons: move.levelReasons,
      ...(move.claimedLevel && { claimedLevel: move.claimedLevel }),
    },
  };
}

/** A person had said that it is this bad already: whoever lowers it now has heard of this, too. */
function knowWorse(failure: Failure, regraded: NonNullable<Failure['regraded']>, move: Graded): Transition {
  const reason = move.levelReasons[0] ?? 'new evidence';
  const text = `Signals say level ${move.level} by now: ${reason}. It stays at level ${failure.level}, as a person said`;
  return {
    kind: 'moved',
    failure: {
      ...failure,
      ...stamp(failure, move, { kind: 'responded', text, isQuiet: true }),
      regraded: { ...regraded, evidence: move.level },
    },
  };
}
