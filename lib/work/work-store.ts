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
}

export interface WorkStore {
  /** Conditional put; `exists` when the id is taken by somebody else's item. Its own repetition is `created`. */
  create(item: WorkItem, dues: Dues): Promise<'created' | 'exists'>;
  /** Consistent read. */
  get(id: WorkItemId): Promise<StoredWork | undefined>;
  /** Saves if the stored version is `expectedVersion`; throws VersionConflictError. `dues` replaces the item's dues. */
  save(item: WorkItem, options: { expectedVersion: number; dues: Dues }): Promise<void>;
  /**
   * The lines of one state, by priority, then age (eventually consistent). `component` narrows to one component. `after` is
   * the `next` of the page before.
   */
  list(query: { state: WorkState; component?: string; limit: number; after?: string }): Promise<{
    lines: WorkLine[];
    next?: string;
  }>;
}
