import type { Strategy } from '../../recovery/run.ts';
import { strategies } from '../../recovery/strategies.ts';
import { strategyName } from '../../recovery/strategy-names.ts';
import type { Failure } from '../failure.ts';
import type { Actor, RunId } from '../ids.ts';
import type { Outcome } from '../similar-failure.ts';
import type { TimelineEntry } from '../timeline-entry.ts';
import type { Transition } from '../transition.ts';
import { type EpisodeMove, isEarlier, type Move, stamp, unchanged } from './move.ts';

/** A move by a run, or for it. */
export type RunMoves = Move & { runId: RunId; strategy: Strategy };

/** Takes the failure's one hold for this run. A resolved failure has one for the undoing of what resolved it, and for nothing else. */
export function startRecovery(
  failure: Failure,
  move: EpisodeMove & RunMoves & { undoes?: RunId | undefined },
): Transition {
  if (isEarlier(move, failure)) return unchanged(failure, 'earlier-episode');
  const entry = {
    kind: 'recovery-requested' as const,
    text: `${strategyName(move.strategy)} ${move.by === 'system:protocol' ? 'proposed' : 'requested'}`,
    runId: move.runId,
  };
  const hold = { ...stamp(failure, move, entry), status: 'recovering' as const, runId: move.runId };
  switch (failure.status) {
    case 'open':
    case 'acknowledged':
      return { kind: 'moved', failure: { ...failure, ...hold } };
    case 'recovering':
      return unchanged(failure, 'recovering');
    case 'resolved': {
      if (move.undoes === undefined || move.undoes !== failure.runId) return unchanged(failure, 'already-resolved');
      const { resolvedBy, resolvedAt, how, runId, ...rest } = failure;
      return { kind: 'moved', failure: { ...rest, ...hold, resolution: { resolvedBy, resolvedAt, how, runId } } };
    }
    case 'merged':
      return unchanged(failure, 'merged');
    default:
      return failure satisfies never;
  }
}

/** The run verified that the component works again: that resolves the failure. */
export function recoverySucceeded(failure: Failure, move: RunMoves): Transition {
  if (failure.status !== 'recovering' || failure.runId !== move.runId) return unchanged(failure, 'not-this-run');
  const { resolution: _resolution, ...rest } = failure;
  const entry = {
    kind: 'recovery-succeeded' as const,
    text: `${strategyName(move.strategy)} worked, so this is resolved`,
    runId: move.runId,
  };
  return {
    kind: 'moved',
    failure: {
      ...rest,
      ...stamp(failure, move, entry),
      status: 'resolved',
      resolvedBy: move.by,
      resolvedAt: move.at.toISOString(),
      how: 'recovery',
      runId: move.runId,
      outcomes: tried(failure.outcomes, move.strategy, { worked: true }),
    },
  };
}

/** The run did what it was to do, which alone mends nothing: the failure is back with whoever had it. */
export function recoveryDone(failure: Failure, move: RunMoves & { reason: string; askedBy: Actor }): Transition {
  const isReopened = failure.status === 'recovering' && failure.resolution !== undefined && move.strategy === 'undo';
  if (!isReopened) {
    return endRun(failure, move, {
      kind: 'recovery-succeeded',
      text: `${strategyName(move.strategy)} worked: ${move.reason}`,
      outcomes: tried(failure.outcomes, move.strategy, { worked: true }),
    });
  }
  const { runId: _runId, resolution: _resolution, ...rest } = failure;
  if (failure.runId !== move.runId) return unchanged(failure, 'not-this-run');
  const entry = {
    kind: 'reopened' as const,
    text: 'Undo worked: what had resolved this is undone, so it is open again',
    runId: move.runId,
  };
  return {
    kind: 'moved',
    failure: {
      ...rest,
      ...stamp(failure, move, entry),
      status: 'acknowledged',
      acknowledgedBy: move.askedBy,
      acknowledgedAt: move.at.toISOString(),
    },
  };
}

/** The run was carried out and did not mend it: the failure is back with whoever had it. */
export function recoveryFailed(failure: Failure, move: RunMoves & { reason: string }): Transition {
  return endRun(failure, move, {
    kind: 'recovery-failed',
    text: `${strategyName(move.strategy)} failed: ${move.reason}`,
    outcomes: tried(failure.outcomes, move.strategy, { worked: false }),
  });
}

/** The run came to nothing that is known (refused, declined, expired, cancelled, lost): it does not count as tried. */
export function recoveryEnded(
  failure: Failure,
  { isDecided = false, ...move }: RunMoves & { reason: string; isDecided?: boolean },
): Transition {
  return endRun(failure, move, {
    // Who decided it knows, and the run's own message says it in its place.
    ...(isDecided && { isQuiet: true as const }),
    kind: 'recovery-ended',
    text: `${strategyName(move.strategy)} ended: ${move.reason}`,
    outcomes: failure.outcomes,
  });
}

function endRun(
  failure: Failure,
  move: RunMoves,
  { outcomes, ...entry }: Pick<TimelineEntry, 'kind' | 'text' | 'isQuiet'> & { outcomes: Outcome[] },
): Transition {
  if (failure.status !== 'recovering' || failure.runId !== move.runId) return unchanged(failure, 'not-this-run');
  const { runId, resolution, acknowledgedBy, acknowledgedAt, ...rest } = failure;
  const next = { ...rest, ...stamp(failure, move, { ...entry, runId }), outcomes };
  const taken = acknowledgedBy && acknowledgedAt ? { acknowledgedBy, acknowledgedAt } : undefined;
  if (resolution) return { kind: 'moved', failure: { ...next, ...taken, status: 'resolved', ...resolution } };
  return {
    kind: 'moved',
    failure: taken ? { ...next, ...taken, status: 'acknowledged' } : { ...next, status: 'open' },
  };
}

function tried(outcomes: Outcome[], strategy: Strategy, { worked }: { worked: boolean }): Outcome[] {
  if (!strategies[strategy].isFix) return outcomes;
  const before = outcomes.find((outcome) => outcome.strategy === strategy) ?? { strategy, worked: 0, tried: 0 };
  const after = { strategy, worked: before.worked + (worked ? 1 : 0), tried: before.tried + 1 };
  return outcomes.includes(before)
    ? outcomes.map((outcome) => (outcome === before ? after : outcome))
    : [...outcomes, after];
}
