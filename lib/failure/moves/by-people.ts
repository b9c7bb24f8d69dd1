import type { Failure, Transition } from '../failure.ts';
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
