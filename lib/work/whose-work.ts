import type { Lease, WorkItem } from './work-item.ts';

/** The ways in which a claim ends. */
export type ClaimEnd = 'done' | 'fail' | 'release';

export type Whose =
  /** The claim stands. `hasRunOut`: its lease ended, but nobody took the item since, so its end still counts. */
  | { kind: 'mine'; lease?: Lease; hasRunOut: boolean }
  /** This claim ended before, in this way. */
  | { kind: 'ended'; end: ClaimEnd }
  | { kind: 'lost' };

/** Whether the claim that this token belongs to still stands. */
export function whoseWork(item: WorkItem, token: string): Whose {
  if (item.state === 'in-progress' && item.lease.token === token) {
    return { kind: 'mine', lease: item.lease, hasRunOut: false };
  }
  const last = item.lastAction.id.split(moveMark, 1)[0];
  if (item.state === 'pending' && last === expiredAction(token)) return { kind: 'mine', hasRunOut: true };
  for (const end of ['done', 'fail', 'release'] as const) {
    if (last === endAction(end, token)) return { kind: 'ended', end };
  }
  return { kind: 'lost' };
}

export const endAction = (end: ClaimEnd, token: string): string => `${end}#${token}`;
export const expiredAction = (token: string): string => `expired#${token}`;

/** Stands in no id. */
const moveMark = '~';

/** Another place in the queue says nothing of the claim before it: how that ended, or ran out, is still known. */
export function movedAction({ lastAction }: WorkItem, actionId: string): string {
  return `${lastAction.id.split(moveMark, 1)[0]}${moveMark}${actionId}`;
}
