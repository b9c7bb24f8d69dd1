import type { Failure } from '../failure/failure.ts';
import type { Actor, FailureId } from '../failure/ids.ts';
import { stamp } from '../failure/moves/move.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore, Hints, Ids, Log, Now } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { clipMiddle } from '../signal/signal.ts';
import { addWork } from '../work/add-work.ts';
import { keptFor } from '../work/kept-until.ts';
import { namedItemId } from '../work/named-item-id.ts';
import { movedAction } from '../work/whose-work.ts';
import { priorityWords, type WorkItem, type WorkItemId } from '../work/work-item.ts';
import { finished, isOver, workDues } from '../work/work-moves.ts';
import type { WorkStore } from '../work/work-store.ts';

export interface DebtPorts {
  work: WorkStore;
  failures: Pick<FailureStore, 'get' | 'saveState'>;
  policy: Pick<Policy, 'retention'>;
  hints: Pick<Hints, 'notify' | 'effects'>;
  ids: Pick<Ids, 'actionId' | 'workItemId'>;
  now: Now;
  log: Log;
}

export const debtItemId = (name: string): WorkItemId => namedItemId(`debt/${name}`);

/** The work item that asks for the standing workaround's removal says what the failure says: its date, its owner, and whether it may be gone. */
export async function keepDebt(ports: DebtPorts, { id, component, workaround }: Failure): Promise<void> {
  if (!workaround) return;
  const { removeBy: dueAt, owner, renewals, mayBeGone } = workaround;
  const title = `Remove workaround for ${component}${mayBeGone ? ' (may be gone already)' : ''}`;
  const { item } = await addWork(ports, {
    id: workaround.workItemId as WorkItemId,
    kind: 'technical-debt',
    title,
    notes: clipMiddle(notesOf(id, workaround), 8000),
    component,
    priority: priorityWords.high,
    failureId: id,
    ...(owner && { owner }),
    dueAt,
    by: workaround.by,
  });
  if (isOver(item) || (item.dueAt === dueAt && item.renewals === renewals && item.title === title)) return;
  await retryOnConflict(async () => {
    const stored = await ports.work.get(item.id);
    if (!stored || isOver(stored.item) || stored.item.renewals > renewals) return;
    // Until it is put off again, a doubt is not taken back.
    const isKnown = stored.item.renewals === renewals && (!mayBeGone || stored.item.title === title);
    if (isKnown) return;
    const actionId = movedAction(stored.item, ports.ids.actionId());
    const lastAction = { id: actionId, by: 'system:protocol', at: ports.now().toISOString() };
    const next = { ...stored.item, version: stored.item.version + 1, title, dueAt, renewals, lastAction };
    // Reminded of the new date, not of the old one.
    const { remind: _remind, ...others } = stored.dues;
    await ports.work.save(next, { expectedVersion: stored.item.version, dues: workDues(next, others) });
  });
}

function notesOf(id: FailureId, { text, original, action }: NonNullable<Failure['workaround']>): string {
  return [
    `Workaround for ${id}: ${text}`,
    ...(original ? [`The plan before it: ${original}`] : []),
    ...(action ? [`Applied by the action ${action} of runner.yml.`] : []),
  ].join('\n');
}

/** Closes the item of a workaround that goes. Until that is written on the failure too, the item stays due. */
export async function closeDebt(
  { work, policy, ids, now }: Pick<DebtPorts, 'work' | 'policy' | 'ids' | 'now'>,
  id: string,
  { by, because }: { by: Actor; because: string },
): Promise<void> {
  await retryOnConflict(async () => {
    const stored = await work.get(id as WorkItemId);
    if (!stored || isOver(stored.item)) return;
    const at = now();
    const next = finished(stored.item, { by, at, actionId: ids.actionId() }, because);
    const expiresAt = keptFor(policy.retention.doneWorkDays, at.toISOString());
    await work.save(next, { expectedVersion: stored.item.version, dues: { remind: at.getTime() }, expiresAt });
  });
}

/** A debt item that is over takes its workaround with it, whoever closed it, and is not due any more. */
export async function settleClosedDebt(
  ports: DebtPorts,
  item: WorkItem,
  remove: (by: Actor) => Promise<unknown>,
): Promise<void> {
  const failure = item.failureId && (await ports.failures.get(item.failureId))?.failure;
  if (failure?.workaround?.workItemId === item.id) await remove(item.lastAction.by);
  await retryOnConflict(async () => {
    const stored = await ports.work.get(item.id);
    if (!stored || !isOver(stored.item) || stored.dues.remind === undefined) return;
    const next = { ...stored.item, version: stored.item.version + 1 };
    await ports.work.save(next, { expectedVersion: stored.item.version, dues: {} });
  });
}

/** Said in the failure's thread, to the owner. Said twice is harmless. */
export async function remindOfDebt(ports: DebtPorts, item: WorkItem, when: 'soon' | 'overdue'): Promise<void> {
  const { failureId, dueAt, owner, id, title } = item;
  if (!failureId || !dueAt) return ports.log('nobody to remind', { workItemId: id });
  await retryOnConflict(async () => {
    const stored = await ports.failures.get(failureId);
    if (!stored) return;
    const { failure } = stored;
    const at = ports.now();
    const day = dueAt.slice(0, 10);
    const put = item.renewals > 0 ? `, put off ${item.renewals} ${item.renewals === 1 ? 'time' : 'times'} already` : '';
    const text =
      `${when === 'soon' ? `Due on ${day}` : `Overdue since ${day}`}: ${title} (${id}${put}). ` +
      'Press Workaround on its card when it is gone, or to put it off';
    const entry = { kind: 'responded' as const, text, ...(owner && { mention: owner }) };
    const move = { by: 'system:protocol', at, actionId: ports.ids.actionId() };
    await ports.failures.saveState(
      { ...failure, ...stamp(failure, move, entry) },
      { expectedVersion: failure.version, dues: { show: at.getTime() } },
    );
  });
  await ports.hints.notify({ failureId });
}
