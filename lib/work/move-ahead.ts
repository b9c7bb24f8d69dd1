import type { Actor } from '../failure/ids.ts';
import { priorityAhead } from './place-ahead.ts';
import { type ReorderOutcome, reorderWork } from './reorder-work.ts';
import type { WorkItemId } from './work-item.ts';
import type { WorkPorts } from './work-ports.ts';
import type { WorkLine } from './work-store.ts';

export type MoveOutcome =
  | ReorderOutcome
  /** It stands first already. */
  | { kind: 'first' }
  /** What is before it has priority 0, and nothing comes before that. */
  | { kind: 'no-room' }
  /** So much waits before it that nobody looks for its place while a person waits. */
  | { kind: 'too-far' }
  /** Its priority is another than the one that the person saw. */
  | { kind: 'changed-since' };

/** Of 100 items each: what is shown on a list is among the first of them. */
const mostPages = 10;

/** Before the one that is before it, or before all of them: in the whole queue or among the items of one component. */
export async function moveAhead(
  ports: Pick<WorkPorts, 'work' | 'ids' | 'now'>,
  move: { id: WorkItemId; was: number; to: 'up' | 'top'; component?: string; by: Actor },
): Promise<MoveOutcome> {
  const stored = await ports.work.get(move.id);
  if (!stored) return { kind: 'unknown' };
  if (stored.item.state !== 'pending') return { kind: 'over', item: stored.item };
  if (stored.item.priority !== move.was) return { kind: 'changed-since' };
  const other = await lineBefore(ports, move);
  if (!other) return { kind: 'first' };
  if (other === 'too-far') return { kind: 'too-far' };
  const priority = priorityAhead(stored.item, other);
  if (priority === undefined) return { kind: 'no-room' };
  return reorderWork(ports, { id: move.id, priority, by: move.by });
}

/** Undefined: nothing is before it. */
async function lineBefore(
  { work }: Pick<WorkPorts, 'work'>,
  { id, to, component }: { id: WorkItemId; to: 'up' | 'top'; component?: string },
): Promise<WorkLine | 'too-far' | undefined> {
  let before: WorkLine | undefined;
  let after: string | undefined;
  let pages = 0;
  do {
    const page = await work.list({
      state: 'pending',
      limit: 100,
      ...(component && { component }),
      ...(after && { after }),
    });
    for (const line of page.lines) {
      if (line.id === id) return before;
      if (to === 'top') return line;
      before = line;
    }
    after = page.next;
    pages++;
    if (pages === mostPages && after !== undefined) return 'too-far';
  } while (after !== undefined);
  // The index may lag behind a moment; by its own word the item stands behind all that is listed.
  return before;
}
