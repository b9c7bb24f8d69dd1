import type { Dues } from '../attention/attention.ts';
import type { Actor } from '../failure/ids.ts';
import type { Cause } from '../pattern/cause.ts';
import { nextReminder } from './reminder.ts';
import { movedAction } from './whose-work.ts';
import type { Lease, WorkItem } from './work-item.ts';

export type PendingWork = Extract<WorkItem, { state: 'pending' }>;
export type ClaimedWork = Extract<WorkItem, { state: 'in-progress' }>;

export interface WorkMove {
  by: Actor;
  at: Date;
  /** Says which act this was, so that its repetition is known. */
  actionId: string;
}

/** The item at its next version, without what only its old state has. */
export function next(item: WorkItem, { by, at, actionId }: WorkMove) {
  const { lease: _l, endedAt: _e, result: _r, children: _c, ...always } = item as WorkItem & Record<string, unknown>;
  const kept = always as Omit<PendingWork, 'state'>;
  return { ...kept, version: item.version + 1, lastAction: { id: actionId, by, at: at.toISOString() } };
}

export function claimed(item: PendingWork, lease: Lease): ClaimedWork {
  const move = { by: holderOf(lease.holder), at: new Date(lease.claimedAt), actionId: `claim#${lease.token}` };
  return { ...next(item, move), state: 'in-progress', lease };
}

export function renewed(item: ClaimedWork, { until, at }: { until: Date; at: Date }): ClaimedWork {
  const { holder, token } = item.lease;
  const move = { by: holderOf(holder), at, actionId: `renew#${token}#${at.getTime()}` };
  return { ...next(item, move), state: 'in-progress', lease: { ...item.lease, until: until.toISOString() } };
}

export function finished(item: WorkItem, move: WorkMove, result: string | undefined): WorkItem {
  return {
    ...next(item, move),
    state: 'done',
    endedAt: move.at.toISOString(),
    ...(result === undefined ? {} : { result }),
  };
}

/** `isCounted`: false when this attempt was counted as failed before (its lease had run out). */
export function failed(
  item: WorkItem,
  move: WorkMove,
  { result, cause, isCounted }: { result: string; cause: Cause | undefined; isCounted: boolean },
): WorkItem {
  const { lastCause: _, ...rest } = next(item, move);
  return {
    ...rest,
    ...(cause === undefined ? {} : { lastCause: cause }),
    failedAttempts: item.failedAttempts + (isCounted ? 0 : 1),
    state: 'failed',
    endedAt: move.at.toISOString(),
    result,
  };
}

/** Back among what waits: given back, run out, or to be tried again. */
export function pending(item: WorkItem, move: WorkMove, { isFailedAttempt = false } = {}): PendingWork {
  return { ...next(item, move), failedAttempts: item.failedAttempts + (isFailedAttempt ? 1 : 0), state: 'pending' };
}

export function reordered(item: WorkItem, move: WorkMove, priority: number): WorkItem {
  const { lastAction } = next(item, { ...move, actionId: movedAction(item, move.actionId) });
  return { ...item, version: item.version + 1, priority, lastAction };
}

/** A holder's name may be longer than an actor's. */
const holderOf = (holder: string): Actor => holder.slice(0, 80);

/** Whether an item is over: nothing is claimed, ordered or reminded of any more. */
export function isOver(item: WorkItem): boolean {
  return item.state === 'done' || item.state === 'split' || item.state === 'cancelled';
}

/** What must still happen to an item in this state. A reminder that is due already stays as it is. */
export function workDues(item: WorkItem, before: Dues = {}): Dues {
  if (isOver(item)) return {};
  const remind = before.remind ?? nextReminder(item);
  return {
    ...(item.state === 'in-progress' ? { lease: Date.parse(item.lease.until) } : {}),
    ...(remind === undefined ? {} : { remind }),
  };
}
