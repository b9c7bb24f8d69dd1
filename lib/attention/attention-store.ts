import type { FailureId, Fingerprint, RunId } from '../failure/ids.ts';
import type { BundleId } from '../noise/bundle.ts';
import type { WorkItemId } from '../work/work-item.ts';
import type { Dues } from './attention.ts';

export type AttentionTarget =
  | { kind: 'failure'; failureId: FailureId }
  | { kind: 'run'; failureId: FailureId; runId: RunId }
  | { kind: 'group'; fingerprint: Fingerprint }
  | { kind: 'work'; workItemId: WorkItemId }
  | { kind: 'bundle'; bundleId: BundleId };

export interface AttentionItem {
  target: AttentionTarget;
  dues: Dues;
  attentionAt: number;
  rev: number;
  attempts: number;
}

export interface AttentionStore {
  /**
   * What the sparse index says is due before `before`, oldest first (eventually consistent: only a hint). The next page
   * begins `after` the last one's place.
   */
  due(before: number, limit: number, after?: string): Promise<{ target: AttentionTarget; place: string }[]>;
  /** Consistent read of one item's dues. */
  read(target: AttentionTarget): Promise<AttentionItem | undefined>;
  /**
   * Moves attentionAt to `until`, with every due before `dueBefore` (before `until`, unless said), and stores `attempts`
   * (as it was when absent). False when the item is not as it was read: somebody added or cleared a due, or another
   * sweep was first. Every write that adds a due sets the attempts back to 0.
   */
  pushBack(item: AttentionItem, until: number, options?: { attempts?: number; dueBefore?: number }): Promise<boolean>;
  /** Removes attention when nothing is due any more, else moves it to the earliest due; if `rev` is unchanged. */
  forget(item: AttentionItem): Promise<boolean>;
  /**
   * Leaves the dues, takes the item out of the index and keeps the reason for the operator. Whatever adds or clears a
   * due afterwards puts the item back, with its attempts counted anew.
   */
  park(item: AttentionItem, reason: string): Promise<boolean>;
  /** The failures, runs and work items that are parked, those that were due last first. A group's only stands in the log. */
  parked(limit: number): Promise<{ target: AttentionTarget; reason: string }[]>;
}
