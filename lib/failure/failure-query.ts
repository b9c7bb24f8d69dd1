import { z } from 'zod';
import { Level } from '../signal/signal.ts';
import type { Failure } from './failure.ts';
import { Actor } from './ids.ts';

/** `open`: all that is not resolved; `unacknowledged`: nobody has taken it yet. */
export const AskedStatus = z.enum(['open', 'unacknowledged', 'acknowledged', 'recovering', 'resolved', 'all']);
export type AskedStatus = z.infer<typeof AskedStatus>;

/** What a listing or a search is narrowed to. */
export const FailureFilter = z.object({
  /** This level and worse. */
  minLevel: Level.exactOptional(),
  maxLevel: Level.exactOptional(),
  component: z.string().max(64).exactOptional(),
  /** `open` where nothing is said. */
  status: AskedStatus.exactOptional(),
  /** Seen, or resolved, then or later. */
  since: z.iso.datetime().exactOptional(),
  /** It had begun before. */
  until: z.iso.datetime().exactOptional(),
  /** Who took it or resolved it. */
  by: Actor.exactOptional(),
});
export type FailureFilter = z.infer<typeof FailureFilter>;

export function fits(
  filter: FailureFilter,
  { failure, lastSeenAt }: { failure: Failure; lastSeenAt: string },
): boolean {
  const { minLevel = 1, maxLevel = 5, component, status = 'open', since, until, by } = filter;
  if (failure.status === 'merged') return false;
  const isResolved = failure.status === 'resolved';
  const lastAt = Math.max(Date.parse(lastSeenAt), isResolved ? Date.parse(failure.resolvedAt) : 0);
  return (
    hasStatus(failure, status) &&
    failure.level >= minLevel &&
    failure.level <= maxLevel &&
    (component === undefined || failure.component === component) &&
    (since === undefined || lastAt >= Date.parse(since)) &&
    (until === undefined || Date.parse(failure.openedAt) < Date.parse(until)) &&
    (by === undefined || takers(failure).includes(by))
  );
}

function hasStatus({ status }: Failure, asked: AskedStatus): boolean {
  switch (asked) {
    case 'all':
      return true;
    case 'open':
      return status !== 'resolved';
    case 'unacknowledged':
      return status === 'open';
    case 'acknowledged':
    case 'recovering':
    case 'resolved':
      return status === asked;
    default:
      return asked satisfies never;
  }
}

function takers(failure: Failure): (Actor | undefined)[] {
  const takenBy = 'acknowledgedBy' in failure ? failure.acknowledgedBy : undefined;
  return [takenBy, failure.status === 'resolved' ? failure.resolvedBy : undefined];
}
