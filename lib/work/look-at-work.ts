import { noteCanary } from '../gate/note-canary.ts';
import type { Log } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { createParts } from './decompose-work.ts';
import { isOverdue, nextReminder, reminderOf } from './reminder.ts';
import { expiredAction } from './whose-work.ts';
import type { WorkItem, WorkItemId } from './work-item.ts';
import { isOver, pending, workDues } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';

/** Tells an item's owner that it is due soon, or overdue. Told twice is harmless. */
export type RemindOfWork = (item: WorkItem, when: 'soon' | 'overdue') => Promise<void>;

export type LookAtWorkPorts = WorkPorts & { remindOfWork: RemindOfWork; log: Log };

/** Does what is due of an item: returns it when its lease ran out, reminds its owner, writes its missing parts. */
export async function lookAtWork(ports: LookAtWorkPorts, { workItemId }: { workItemId: WorkItemId }): Promise<void> {
  const stored = await ports.work.get(workItemId);
  if (!stored) return;
  const { item, dues } = stored;
  if (item.state === 'split') {
    if (dues.lease !== undefined) await createParts(ports, { item, dues });
    return;
  }
  await returnWhenRunOut(ports, workItemId);
  await remindWhenDue(ports, workItemId);
}

/** A lease that ran out ends as a failed attempt: nobody said that it was done. */
async function returnWhenRunOut(ports: LookAtWorkPorts, id: WorkItemId): Promise<void> {
  const returned = await retryOnConflict(async () => {
    const stored = await ports.work.get(id);
    if (stored?.item.state !== 'in-progress') return undefined;
    const { item, dues } = stored;
    const at = ports.now();
    if (at.getTime() < Date.parse(item.lease.until)) return undefined;
    const move = { by: 'system:sweep', at, actionId: expiredAction(item.lease.token) };
    const next = pending(item, move, { isFailedAttempt: true });
    await ports.work.save(next, { expectedVersion: item.version, dues: workDues(next, dues) });
    return item.lease.holder;
  });
  if (returned === undefined) return;
  ports.log('a lease ran out', { workItemId: id, holder: returned });
  // Killed right here, the canary's place is free all the same: it was taken for as long as the lease.
  await noteCanary(ports, { what: 'released', workItemId: id });
}

async function remindWhenDue(ports: LookAtWorkPorts, id: WorkItemId): Promise<void> {
  const stored = await ports.work.get(id);
  const now = ports.now();
  if (!stored || isOver(stored.item) || stored.dues.remind === undefined) return;
  const reminder = reminderOf(stored.item, stored.dues.remind);
  if (reminder !== undefined && now.getTime() < reminder) return;
  // Told first: who is killed in between tells it again.
  if (reminder !== undefined) await ports.remindOfWork(stored.item, isOverdue(stored.item, now) ? 'overdue' : 'soon');
  await setNextReminder(ports, stored.item, now);
}

/** The date may have been moved meanwhile: whoever did that has set the reminder, too. */
async function setNextReminder({ work }: LookAtWorkPorts, told: WorkItem, now: Date): Promise<void> {
  await retryOnConflict(async () => {
    const stored = await work.get(told.id);
    if (!stored || stored.dues.remind === undefined || stored.item.dueAt !== told.dueAt) return;
    const { item, dues } = stored;
    const { remind: _, ...others } = dues;
    const remind = nextReminder(item, now);
    const next = { ...item, version: item.version + 1, lastAction: { ...item.lastAction, at: now.toISOString() } };
    await work.save(next, {
      expectedVersion: item.version,
      dues: { ...others, ...(remind === undefined ? {} : { remind }) },
    });
  });
}
