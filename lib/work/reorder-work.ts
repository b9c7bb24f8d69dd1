import type { Actor } from '../failure/ids.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { Priority, type WorkItem, type WorkItemId } from './work-item.ts';
import { isOver, reordered, workDues } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';

export type ReorderOutcome =
  | { kind: 'moved' | 'unchanged'; item: WorkItem }
  /** It is done, split or cancelled. */
  | { kind: 'over'; item: WorkItem }
  | { kind: 'unknown' };

/** Gives an item another place in the queue; lower comes first. */
export function reorderWork(
  { work, ids, now }: Pick<WorkPorts, 'work' | 'ids' | 'now'>,
  { id, priority, by }: { id: WorkItemId; priority: number; by: Actor },
): Promise<ReorderOutcome> {
  return retryOnConflict(async () => {
    const stored = await work.get(id);
    if (!stored) return { kind: 'unknown' };
    const { item, dues } = stored;
    if (isOver(item)) return { kind: 'over', item };
    if (item.priority === priority) return { kind: 'unchanged', item };
    const next = reordered(item, { by, at: now(), actionId: ids.actionId() }, Priority.parse(priority));
    await work.save(next, { expectedVersion: item.version, dues: workDues(next, dues) });
    return { kind: 'moved', item: next };
  });
}
