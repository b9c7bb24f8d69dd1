import type { Actor } from '../failure/ids.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import type { WorkItem, WorkItemId } from './work-item.ts';
import { pending, workDues } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';

export type RetryOutcome =
  | { kind: 'pending'; item: WorkItem; isRepeated: boolean }
  /** Somebody works on it, or it is over. */
  | { kind: 'not-failed'; item: WorkItem }
  | { kind: 'unknown' };

/** Puts what failed back into the queue, at its old place. */
export function retryWork(
  { work, ids, now }: Pick<WorkPorts, 'work' | 'ids' | 'now'>,
  { id, by }: { id: WorkItemId; by: Actor },
): Promise<RetryOutcome> {
  return retryOnConflict(async () => {
    const stored = await work.get(id);
    if (!stored) return { kind: 'unknown' };
    const { item, dues } = stored;
    if (item.state === 'pending') return { kind: 'pending', item, isRepeated: true };
    if (item.state !== 'failed') return { kind: 'not-failed', item };
    const next = pending(item, { by, at: now(), actionId: ids.actionId() });
    await work.save(next, { expectedVersion: item.version, dues: workDues(next, dues) });
    return { kind: 'pending', item: next, isRepeated: false };
  });
}
