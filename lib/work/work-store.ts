import type { Dues } from '../attention/attention.ts';
import type { WorkItem, WorkItemId, WorkState } from './work-item.ts';

export interface StoredWork {
  item: WorkItem;
  dues: Dues;
  attentionAt?: number;
  rev: number;
  sweepAttempts: number;
  parked?: string;
}

/** A line of the queue, as the index has it: what is needed to choose, without reading the item. Only a hint. */
export interface WorkLine {
  id: WorkItemId;
  component: string;
  priority: number;
  createdAt: string;
  /** 1 to 10; absent of what was written before lines said so. */
  complexity?: number;
  /** Of what is to be gone by a day: `yyyy-mm-dd`. */
  dueOn?: string;
}

export interface WorkStore {
  /** Conditional put; `exists` when the id is taken by somebody else's item. Its own repetition is `created`. */
  create(item: WorkItem, dues: Dues): Promise<'created' | 'exists'>;
  /** Consistent read. */
  get(id: WorkItemId): Promise<StoredWork | undefined>;
  /** Consistent read of many, in the order given; what is absent is left out. */
  getAll(ids: WorkItemId[]): Promise<WorkItem[]>;
  /**
   * Saves if the stored version is `expectedVersion`; throws VersionConflictError. Its own repetition succeeds. `dues` replaces
   * the item's dues. With `expiresAt` the item is forgotten some time after that;
   * a later save of an item that is over keeps it.
   */
  save(item: WorkItem, options: { expectedVersion: number; dues: Dues; expiresAt?: Date }): Promise<void>;
  /**
   * The lines of one state, by priority, then age (eventually consistent). `component` narrows to one component. `after` is
   * the `next` of the page before.
   */
  list(query: { state: WorkState; component?: string; limit: number; after?: string }): Promise<{
    lines: WorkLine[];
    next?: string;
  }>;
}
