import type { Level } from '../../signal/signal.ts';
import { type Failure, gravestLevel } from '../failure.ts';
import type { Transition } from '../transition.ts';
import { type EpisodeMove, isEarlier, stamp, unchanged } from './move.ts';

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
    case 'recovering':
      // A run may wait for approvals for an hour; meanwhile somebody may well take the failure.
      if (failure.acknowledgedBy) return unchanged(failure, 'already-acknowledged');
      return {
        kind: 'moved',
        failure: {
          ...failure,
          ...stamp(failure, move, { kind: 'acknowledged', text: 'Acknowledged' }),
          acknowledgedBy: move.by,
          acknowledgedAt: move.at.toISOString(),
        },
      };
    case 'acknowledged':
      return unchanged(failure, 'already-acknowledged');
    case 'resolved':
      return unchanged(failure, 'already-resolved');
    case 'merged':
      return unchanged(failure, 'merged');
    default:
      return failure satisfies never;
  }
}

export function resolve(failure: Failure, move: EpisodeMove): Transition {
  if (isEarlier(move, failure)) return unchanged(failure, 'earlier-episode');
  const byHand = {
    ...stamp(failure, move, { kind: 'resolved', text: 'Resolved by hand' }),
    status: 'resolved' as const,
    resolvedBy: move.by,
    resolvedAt: move.at.toISOString(),
    how: 'person' as const,
  };
  switch (failure.status) {
    case 'open':
    case 'acknowledged':
      return { kind: 'moved', failure: { ...failure, ...byHand } };
    case 'recovering':
      return unchanged(failure, 'recovering');
    case 'resolved':
      return unchanged(failure, 'already-resolved');
    case 'merged':
      return unchanged(failure, 'merged');
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
    case 'merged':
      return unchanged(failure, 'merged');
    default:
      return failure satisfies never;
  }
}

/**
 * A person says how bad it is, and why. What signals had given it by then is kept: only worse evidence raises it again.
 */
export function regrade(failure: Failure, move: EpisodeMove & { level: Level; reason: string }): Transition {
  if (isEarlier(move, failure)) return unchanged(failure, 'earlier-episode');
  if (failure.status === 'resolved') return unchanged(failure, 'already-resolved');
  if (failure.status === 'merged') return unchanged(failure, 'merged');
  if (move.level === failure.level) return unchanged(failure, 'same-level');
  const { level, reason, by } = move;
  const gravest = gravestLevel(failure);
  // Whoever says how bad it is has found something.
  const { kind: _checkUp, ...rest } = failure;
  return {
    kind: 'moved',
    failure: {
      ...rest,
      ...stamp(failure, move, {
        kind: 'regraded',
        text: `Level changed from ${failure.level} to ${level}: ${reason}`,
        before: { level: failure.level },
        after: { level },
      }),
      level,
      levelReasons: [reason],
      ...(level < gravest && { worstLevel: gravest }),
      levelAt: move.at.toISOString(),
      regraded: { by, at: move.at.toISOString(), evidence: failure.regraded?.evidence ?? failure.level, reason },
    },
  };
}
