import type { Failure } from '../failure/failure.ts';
import type { Policy } from '../policy/policy.ts';
import type { Ids, Now } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { addWork, type WorkDraft } from '../work/add-work.ts';
import { keptFor } from '../work/kept-until.ts';
import { namedItemId } from '../work/named-item-id.ts';
import { type WorkItem, WorkItemId } from '../work/work-item.ts';
import { workDues } from '../work/work-moves.ts';
import type { WorkStore } from '../work/work-store.ts';
import { recordOf } from './effects.ts';
import { adjustedFix, type FixItem, fixDraft, fixName } from './fix-item.ts';

export interface ItemPorts {
  work: WorkStore;
  policy: Pick<Policy, 'retention'>;
  ids: Pick<Ids, 'actionId' | 'workItemId'>;
  now: Now;
}

/** The item of this name, made when it is not there. The same name is the same item, whoever makes it and however often. */
export async function keepItem(ports: ItemPorts, name: string, draft: WorkDraft): Promise<WorkItem> {
  for (let salt = 0; salt < 10; salt++) {
    const { item } = await addWork(ports, { ...draft, id: namedItemId(`${name}/${salt}`) });
    if (item.failureId === draft.failureId && item.component === draft.component) return item;
    // Somebody else's item has the id, about once in a million million: another name.
  }
  throw new Error(`no free id for the work item ${name}`);
}

/** Makes the failure's own item what its level wants. Undefined: it needs none, and there is none. */
export async function keepFixItem(ports: ItemPorts, failure: Failure, wanted: FixItem): Promise<WorkItem | undefined> {
  const { fix } = recordOf(failure);
  const draft = fixDraft(failure, wanted);
  // Resolved before anything was ordered: nothing is put into the queue only to be closed.
  if (wanted.order === 'closed' && !fix && !(await ports.work.get(namedItemId(`${fixName(failure)}/0`))))
    return undefined;
  const { id } = await keepItem(ports, fixName(failure), draft);
  return retryOnConflict(async () => {
    const stored = await ports.work.get(id);
    if (!stored) throw new Error(`work item ${id} is gone`);
    const move = { by: draft.by, at: ports.now(), actionId: ports.ids.actionId() };
    const next = adjustedFix(stored.item, wanted, { was: fix?.order, move });
    if (!next) return stored.item;
    const dues = workDues(next, stored.dues);
    const expiry =
      next.state === 'done' ? { expiresAt: keptFor(ports.policy.retention.doneWorkDays, next.endedAt) } : {};
    await ports.work.save(next, { expectedVersion: stored.item.version, dues, ...expiry });
    return next;
  });
}

/** The item of an episode that is over. What people did with it stays. */
export async function closeFixItem(ports: ItemPorts, id: string): Promise<void> {
  await retryOnConflict(async () => {
    const stored = await ports.work.get(WorkItemId.parse(id));
    if (!stored) return;
    const move = { by: 'system:protocol', at: ports.now(), actionId: ports.ids.actionId() };
    const { kind, priority } = stored.item;
    const wanted = { order: 'closed' as const, kind: kind === 'urgent-fix' ? kind : ('fix' as const), priority };
    const next = adjustedFix(stored.item, wanted, { was: undefined, move });
    if (next) await ports.work.save(next, { expectedVersion: stored.item.version, dues: workDues(next, stored.dues) });
  });
}
