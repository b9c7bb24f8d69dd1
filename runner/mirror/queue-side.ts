import { retryOnConflict } from '../../lib/retry-on-conflict.ts';
import { addWork } from '../../lib/work/add-work.ts';
import { keptUntil } from '../../lib/work/kept-until.ts';
import { leaseUntil } from '../../lib/work/lease.ts';
import { movedAction } from '../../lib/work/whose-work.ts';
import type { WorkItem, WorkItemId } from '../../lib/work/work-item.ts';
import {
  claimed,
  failed,
  finished,
  isOver,
  pending,
  renewed,
  type WorkMove,
  workDues,
} from '../../lib/work/work-moves.ts';
import type { WorkPorts } from '../../lib/work/work-ports.ts';
import type { FolderState } from './folder.ts';
import type { FieldName, ItemFields } from './item-file.ts';

export interface QueueSide {
  ports: WorkPorts;
  component: string;
  /** Who acts when a file is moved or edited: `files:<runner>`. */
  holder: string;
}

/** The folder in which the file of an item in this state stands. */
export function folderOf(item: WorkItem): FolderState {
  return isOver(item) ? 'done' : (item.state as FolderState);
}

export function fieldsOf(item: WorkItem): ItemFields {
  const { title, kind, priority, estimateMinutes, requirements, notes, parent, failureId } = item;
  return { title, kind, priority, estimateMinutes, requirements, notes, parent, failureId };
}

export async function addFromFile(
  { ports, component, holder }: QueueSide,
  id: WorkItemId,
  { estimateMinutes, notes, parent, failureId, ...fields }: ItemFields,
): Promise<WorkItem> {
  const { item } = await addWork(ports, {
    id,
    by: holder,
    component,
    ...fields,
    ...(estimateMinutes !== undefined && { estimateMinutes }),
    ...(notes !== undefined && { notes }),
    ...(parent !== undefined && { parent: parent as WorkItemId }),
    ...(failureId !== undefined && { failureId: failureId as NonNullable<WorkItem['failureId']> }),
  });
  return item;
}

/** Changes the item as its file was changed; undefined when it is not what it was thought to be any more. */
export function changeItem(
  { ports, holder }: QueueSide,
  id: WorkItemId,
  change: { fields?: { names: FieldName[]; values: ItemFields }; place?: FolderState; expectedVersion: number },
): Promise<WorkItem | undefined> {
  return retryOnConflict(async () => {
    const stored = await ports.work.get(id);
    if (stored?.item.version !== change.expectedVersion) return undefined;
    const at = ports.now();
    const move: WorkMove = { by: holder, at, actionId: ports.ids.actionId() };
    let item = stored.item;
    if (change.fields) item = edited(item, move, change.fields);
    if (change.place) item = placed({ ...item, version: stored.item.version }, move, change.place, holder);
    const expiry = item.state === 'done' ? { expiresAt: await keptUntil(ports, item.endedAt) } : {};
    const dues = workDues(item, stored.dues);
    await ports.work.save(item, { expectedVersion: stored.item.version, dues, ...expiry });
    return item;
  });
}

/** While a file stands in in-progress/, whoever works on it has the item. */
export async function keepLease({ ports, holder }: QueueSide, item: WorkItem): Promise<void> {
  if (item.state !== 'in-progress' || item.lease.holder !== holder) return;
  const at = ports.now();
  if (Date.parse(item.lease.until) - at.getTime() > leaseUntil(at).getTime() - at.getTime() - 5 * 60_000) return;
  const next = renewed(item, { until: leaseUntil(at), at });
  await ports.work.save(next, { expectedVersion: item.version, dues: workDues(next) });
}

function edited(
  item: WorkItem,
  move: WorkMove,
  { names, values }: { names: FieldName[]; values: ItemFields },
): WorkItem {
  const next: Record<string, unknown> = { ...item };
  for (const name of names) {
    if (values[name] === undefined) delete next[name];
    else next[name] = values[name];
  }
  const lastAction = { id: movedAction(item, move.actionId), by: move.by, at: move.at.toISOString() };
  return { ...(next as WorkItem), version: item.version + 1, lastAction };
}

function placed(item: WorkItem, move: WorkMove, to: FolderState, holder: string): WorkItem {
  switch (to) {
    case 'pending':
      return pending(item, move);
    case 'in-progress': {
      const lease = {
        holder,
        token: move.actionId,
        claimedAt: move.at.toISOString(),
        until: leaseUntil(move.at).toISOString(),
      };
      return { ...claimed(pending(item, move), lease), version: item.version + 1 };
    }
    case 'failed':
      return failed(item, move, { result: 'Its file was moved to failed/', cause: undefined, isCounted: false });
    case 'done':
      return finished(item, move, 'Its file was moved to done/');
    default:
      return to satisfies never;
  }
}

const removedByHand = 'Its file was removed';

/** Cancelled because of its file, which may come back. */
export const isCancelledByRemoval = (item: WorkItem): boolean =>
  item.state === 'cancelled' && item.result === removedByHand;

/** Its file was removed by hand: the item goes, too, and the table still says what it was. */
export async function cancelItem({ ports, holder }: QueueSide, item: WorkItem): Promise<void> {
  const at = ports.now();
  const { lease: _, ...rest } = pending(item, { by: holder, at, actionId: ports.ids.actionId() }) as WorkItem & {
    lease?: unknown;
  };
  const next = {
    ...rest,
    state: 'cancelled' as const,
    endedAt: at.toISOString(),
    result: removedByHand,
  } as WorkItem;
  const expiresAt = await keptUntil(ports, at.toISOString());
  await ports.work.save(next, { expectedVersion: item.version, dues: {}, expiresAt });
}
