import type { Failure } from '../failure.ts';
import type { Actor } from '../ids.ts';
import type { TimelineEntry } from '../timeline-entry.ts';
import type { Transition } from '../transition.ts';

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

/** The next version, with the timeline entry that made it. */
export function stamp(
  failure: Pick<Failure, 'version'>,
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

/** The button belongs to an episode that is over. */
export function isEarlier({ episode }: Pick<EpisodeMove, 'episode'>, failure: Failure): boolean {
  return episode !== undefined && episode < failure.episode;
}

export function unchanged(
  failure: Failure,
  because: Extract<Transition, { kind: 'unchanged' }>['because'],
): Transition {
  return { kind: 'unchanged', failure, because };
}
