import type { Group } from '../ports.ts';
import type { Failure } from './failure.ts';
import type { Fingerprint } from './ids.ts';
import { groupsOf } from './moves/merging.ts';

/** How often a failure was seen, over all its groups. */
export interface Tallied {
  count: number;
  firstSeenAt?: string;
  lastSeenAt?: string;
  /** Nobody is counting for it right now. */
  isSettled: boolean;
}

/** Its own group and those of what is merged into it; each counts for the failure that it points at, and is never copied. */
export function tallyGroups(failure: Failure, groupOf: (fingerprint: Fingerprint) => Group | undefined): Tallied {
  const groups = groupsOf(failure).flatMap(({ failureId, fingerprint }) => {
    const group = groupOf(fingerprint);
    return group?.failureId === failureId ? [group] : [];
  });
  const first = groups.map(({ firstSeenAt }) => firstSeenAt).sort()[0];
  const last = groups
    .map(({ lastSeenAt }) => lastSeenAt)
    .sort()
    .at(-1);
  return {
    count: groups.reduce((sum, { count }) => sum + count, 0),
    ...(first !== undefined && { firstSeenAt: first }),
    ...(last !== undefined && { lastSeenAt: last }),
    isSettled: groups.every(({ intents }) => Object.keys(intents).length === 0),
  };
}
