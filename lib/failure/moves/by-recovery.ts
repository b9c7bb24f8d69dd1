import type { Strategy } from '../../recovery/run.ts';
import { strategyName } from '../../recovery/strategy-names.ts';
import type { Failure, Outcome, RunId, TimelineEntry, Transition } from '../failure.ts';
import { type EpisodeMove, isEarlier, type Move, stamp, unchanged } from './move.ts';

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

function tried(outcomes: Outcome[], strategy: Strategy, { worked }: { worked: boolean }): Outcome[] {
  const before = outcomes.find((outcome) => outcome.strategy === strategy) ?? { strategy, worked: 0, tried: 0 };
  const after = { strategy, worked: before.worked + (worked ? 1 : 0), tried: before.tried + 1 };
  return outcomes.includes(before)
    ? outcomes.map((outcome) => (outcome === before ? after : outcome))
    : [...outcomes, after];
}
