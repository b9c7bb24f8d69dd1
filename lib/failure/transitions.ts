import type { Strategy } from '../recovery/run.ts';
import { strategyName } from '../recovery/strategy-names.ts';
import type { Level } from '../signal/signal.ts';
import type {
  Actor,
  Failure,
  FailureReport,
  Outcome,
  PastEpisode,
  RunId,
  TimelineEntry,
  Transition,
} from './failure.ts';

/** A signal that occurred this soon after the resolution is still the old episode's echo. */
export const recurrenceGraceMs = 2_000;
const keptEpisodes = 5;

/** Who moves a failure, when, and the id of the attempt (a refused write with my id was my own success). */
export interface Move {
  by: Actor;
  at: Date;
  actionId: string;
}

/** A move by a button: it belongs to the episode whose card carried it. */
export interface EpisodeMove extends Move {
  episode?: number | undefined;
}

export function acknowledge(failure: Failure, move: EpisodeMove): Transition {
  if (isEarlier(move, failure)) return unchanged(failure, 'earlier-episode');
  switch (failure.status) {
    case 'open':
      return {
        kind: 'moved',
        failure: {
          ...failure,
          ...stamp(failure, move, { kind: 'acknowledged', text: 'Acknowledged' }),
          status: 'acknowledged',
          acknowledgedBy: move.by,
          acknowledgedAt: move.at.toISOString(),
        },
      };
    case 'acknowledged':
      return unchanged(failure, 'already-acknowledged');
    case 'recovering':
      return unchanged(failure, 'recovering');
    case 'resolved':
      return unchanged(failure, 'already-resolved');
    default:
      return failure satisfies never;
  }
}

export function resolve(failure: Failure, move: EpisodeMove): Transition {
  if (isEarlier(move, failure)) return unchanged(failure, 'earlier-episode');
  switch (failure.status) {
    case 'open':
    case 'acknowledged':
      return {
        kind: 'moved',
        failure: {
          ...failure,
          ...stamp(failure, move, { kind: 'resolved', text: 'Resolved by hand' }),
          status: 'resolved',
          resolvedBy: move.by,
          resolvedAt: move.at.toISOString(),
          how: 'person',
        },
      };
    case 'recovering':
      return unchanged(failure, 'recovering');
    case 'resolved':
      return unchanged(failure, 'already-resolved');
    default:
      return failure satisfies never;
  }
}

/** The same episode goes on, and it is now with the person who reopened it. */
export function reopen(failure: Failure, move: EpisodeMove): Transition {
  if (isEarlier(move, failure)) return unchanged(failure, 'earlier-episode');
  switch (failure.status) {
    case 'resolved': {
      const { resolvedBy: _by, resolvedAt: _at, how: _how, runId: _run, ...rest } = failure;
      return {
        kind: 'moved',
        failure: {
          ...rest,
          ...stamp(failure, move, { kind: 'reopened', text: 'Reopened' }),
          status: 'acknowledged',
          acknowledgedBy: move.by,
          acknowledgedAt: move.at.toISOString(),
        },
      };
    }
    case 'recovering':
      return unchanged(failure, 'recovering');
    case 'open':
    case 'acknowledged':
      return unchanged(failure, 'already-open');
    default:
      return failure satisfies never;
  }
}

/** Takes the failure's one hold for this run. */
export function startRecovery(failure: Failure, move: EpisodeMove & { runId: RunId; strategy: Strategy }): Transition {
  if (isEarlier(move, failure)) return unchanged(failure, 'earlier-episode');
  switch (failure.status) {
    case 'open':
    case 'acknowledged':
      return {
        kind: 'moved',
        failure: {
          ...failure,
          ...stamp(failure, move, {
            kind: 'recovery-requested',
            text: `${strategyName(move.strategy)} requested`,
            runId: move.runId,
          }),
          status: 'recovering',
          runId: move.runId,
        },
      };
    case 'recovering':
      return unchanged(failure, 'recovering');
    case 'resolved':
      return unchanged(failure, 'already-resolved');
    default:
      return failure satisfies never;
  }
}

/** The run verified that the component works again: that resolves the failure. */
export function recoverySucceeded(failure: Failure, move: Move & { runId: RunId; strategy: Strategy }): Transition {
  if (failure.status !== 'recovering' || failure.runId !== move.runId) return unchanged(failure, 'not-this-run');
  return {
    kind: 'moved',
    failure: {
      ...failure,
      ...stamp(failure, move, {
        kind: 'recovery-succeeded',
        text: `${strategyName(move.strategy)} worked, so this is resolved`,
        runId: move.runId,
      }),
      status: 'resolved',
      resolvedBy: move.by,
      resolvedAt: move.at.toISOString(),
      how: 'recovery',
      runId: move.runId,
      outcomes: tried(failure.outcomes, move.strategy, { worked: true }),
    },
  };
}

/** The run was carried out and did not mend it: the failure is back with whoever had it. */
export function recoveryFailed(
  failure: Failure,
  move: Move & { runId: RunId; strategy: Strategy; reason: string },
): Transition {
  return endRun(failure, move, {
    kind: 'recovery-failed',
    text: `${strategyName(move.strategy)} failed: ${move.reason}`,
    outcomes: tried(failure.outcomes, move.strategy, { worked: false }),
  });
}

/** The run came to nothing that is known (refused, expired, cancelled, lost): it does not count as tried. */
export function recoveryEnded(
  failure: Failure,
  move: Move & { runId: RunId; strategy: Strategy; reason: string },
): Transition {
  return endRun(failure, move, {
    kind: 'recovery-ended',
    text: `${strategyName(move.strategy)} ended: ${move.reason}`,
    outcomes: failure.outcomes,
  });
}

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

function endRun(
  failure: Failure,
  move: Move & { runId: RunId },
  ending: Pick<TimelineEntry, 'kind' | 'text'> & { outcomes: Outcome[] },
): Transition {
  if (failure.status !== 'recovering' || failure.runId !== move.runId) return unchanged(failure, 'not-this-run');
  const { runId, acknowledgedBy, acknowledgedAt, ...rest } = failure;
  const { outcomes, ...entry } = ending;
  const next = { ...rest, ...stamp(failure, move, { ...entry, runId }), outcomes };
  return {
    kind: 'moved',
    failure:
      acknowledgedBy && acknowledgedAt
        ? { ...next, status: 'acknowledged', acknowledgedBy, acknowledgedAt }
        : { ...next, status: 'open' },
  };
}

/** The next version, with the timeline entry that made it. */
function stamp(
  failure: Failure,
  { by, at, actionId }: Move,
  entry: Omit<TimelineEntry, 'version' | 'at' | 'by'>,
): Pick<Failure, 'version' | 'lastAction' | 'latestEntry'> {
  const version = failure.version + 1;
  const time = at.toISOString();
  return {
    version,
    lastAction: { id: actionId, by, at: time },
    latestEntry: { version, at: time, by, ...entry },
  };
}

function tried(outcomes: Outcome[], strategy: Strategy, { worked }: { worked: boolean }): Outcome[] {
  const before = outcomes.find((outcome) => outcome.strategy === strategy) ?? { strategy, worked: 0, tried: 0 };
  const after = { strategy, worked: before.worked + (worked ? 1 : 0), tried: before.tried + 1 };
  return outcomes.includes(before)
    ? outcomes.map((outcome) => (outcome === before ? after : outcome))
    : [...outcomes, after];
}

function isEarlier({ episode }: EpisodeMove, failure: Failure): boolean {
  return episode !== undefined && episode < failure.episode;
}

function unchanged(failure: Failure, because: Extract<Transition, { kind: 'unchanged' }>['because']): Transition {
  return { kind: 'unchanged', failure, because };
}
