import type { Failure } from '../failure/failure.ts';
import type { GatePorts } from '../gate/gate-ports.ts';
import { noteCanary } from '../gate/note-canary.ts';
import type { Policy } from '../policy/policy.ts';
import type { Ids } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { addWork, type WorkDraft } from '../work/add-work.ts';
import { keptFor } from '../work/kept-until.ts';
import { namedItemId } from '../work/named-item-id.ts';
import { type WorkItem, WorkItemId } from '../work/work-item.ts';
import { isOver, type WorkMove, workDues } from '../work/work-moves.ts';
import type { WorkStore } from '../work/work-store.ts';
import { recordOf } from './effects.ts';
import { adjustedFix, type FixItem, fixDraft, fixName } from './fix-item.ts';

export interface ItemPorts extends GatePorts {
  work: WorkStore;
  policy: Pick<Policy, 'retention'>;
  ids: Pick<Ids, 'actionId' | 'workItemId'>;
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
  return adjustItem(ports, id, (item, move) => adjustedFix(item, wanted, { was: fix?.order, move }));
}

/** The item of an episode that is over. What people did with it stays. */
export async function closeFixItem(ports: ItemPorts, id: string): Promise<void> {
  await adjustItem(ports, WorkItemId.parse(id), (item, move) => {
    const { priority } = item;
    const kind = item.kind === 'urgent-fix' ? item.kind : 'fix';
    return adjustedFix(item, { order: 'closed', kind, priority }, { was: undefined, move });
  });
}

const protocol = 'system:protocol';

/** One that is closed is no canary any more, whoever works on it: the next one may try. */
async function adjustItem(
  ports: ItemPorts,
  id: WorkItemId,
  adjusted: (item: WorkItem, move: WorkMove) => WorkItem | undefined,
): Promise<WorkItem | undefined> {
  const item = await retryOnConflict(async () => {
    const stored = await ports.work.get(id);
    if (!stored) return undefined;
    const move = { by: protocol, at: ports.now(), actionId: ports.ids.actionId() };
    const next = adjusted(stored.item, move);
    if (!next) return stored.item;
    const dues = workDues(next, stored.dues);
    const expiry =
      next.state === 'done' ? { expiresAt: keptFor(ports.policy.retention.doneWorkDays, next.endedAt) } : {};
    await ports.work.save(next, { expectedVersion: stored.item.version, dues, ...expiry });
    return next;
  });
  if (item && isOver(item) && item.lastAction.by === protocol)
    await noteCanary(ports, { what: 'released', workItemId: id });
  return item;
}
