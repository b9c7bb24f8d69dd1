import { z } from 'zod';

/**
 * Saved first, shown after. What must still happen stands on the item as `dues`; `attentionAt` is at most the earliest.
 * Every write that adds a due bumps `rev` and may move attentionAt earlier; moving it later needs an unchanged `rev`,
 * else it is left early, which is harmless (the sweep looks once too often).
 */
export const DueKind = z.enum([
  /** On a failure: the card and thread must show its state. On a storm or mute: its message. */
  'show',
  /** On a failure: the count on the card is behind (at most one edit a minute a card). */
  'counts',
  /** On a storm or mute: it may be over. */
  'end',
  /** On a failure: memory must learn its state. */
  'learn',
  /** On a group: an intent may have lost its writer. */
  'settle',
  /** On a failure: what its level orders must be so (gates, work items, proposals, pager, post-mortem), and nothing else. */
  'effects',
  /** On a resolved failure: it has been kept long enough. */
  'forget',
  /** On a work item: its lease runs out. */
  'lease',
  /** On a work item: its owner is reminded of `dueAt`. */
  'remind',
  /** On a run: the recovery function must look (offer again, expire, conclude, lost heartbeat). */
  'run',
]);
export type DueKind = z.infer<typeof DueKind>;

/** Kind → when it falls due, epoch milliseconds. */
export type Dues = Partial<Record<DueKind, number>>;

/** The sweep pushes a due back by this much before it sends, so that a lost message is sent again: 1, 2, 4 … 32 minutes. */
export function backoffMs(attempt: number): number {
  return 60_000 * 2 ** Math.min(Math.max(attempt - 1, 0), 5);
}

/** After this many sweeps in vain an item is parked with its reason, and the log says so to the operator. */
export const maxSweepAttempts = 12;

/**
 * Memory may be away for days, and then nothing may be missing from it: what it must learn is sent for ever, at the
 * longest distance. Everything else waits on something that a person has to mend.
 */
export function mayPark({ dues }: { dues: Dues }): boolean {
  return dues.learn === undefined;
}

export function earliestDue(dues: Dues): number | undefined {
  const times = Object.values(dues);
  return times.length === 0 ? undefined : Math.min(...times);
}
