import type { WorkItem } from './work-item.ts';

const dayMs = 24 * 3_600_000;
/** Three days before an item is due; then, once it is overdue, each week. */
const aheadMs = 3 * dayMs;
const everyMs = 7 * dayMs;

/** When its owner is to be reminded, epoch ms: the first time, or the next after `since`. Undefined: it is not due ever. */
export function nextReminder(item: Pick<WorkItem, 'dueAt'>, since?: Date): number | undefined {
  if (item.dueAt === undefined) return undefined;
  const dueAt = Date.parse(item.dueAt);
  if (since === undefined || since.getTime() < dueAt - aheadMs) return dueAt - aheadMs;
  if (since.getTime() < dueAt) return dueAt;
  return dueAt + (Math.floor((since.getTime() - dueAt) / everyMs) + 1) * everyMs;
}

/**
 * The reminder that a due stands for: the sweep puts a due off a little before it sends, so it may stand later than that.
 * Undefined: it stands for none, because `dueAt` was moved.
 */
export function reminderOf(item: Pick<WorkItem, 'dueAt'>, due: number): number | undefined {
  if (item.dueAt === undefined) return undefined;
  const dueAt = Date.parse(item.dueAt);
  if (due >= dueAt) return dueAt + Math.floor((due - dueAt) / everyMs) * everyMs;
  return due >= dueAt - aheadMs ? dueAt - aheadMs : undefined;
}

export const isOverdue = (item: Pick<WorkItem, 'dueAt'>, now: Date): boolean =>
  item.dueAt !== undefined && now.getTime() >= Date.parse(item.dueAt);
