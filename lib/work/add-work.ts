import type { Actor } from '../failure/ids.ts';
import { WorkItem, type WorkItemId } from './work-item.ts';
import { workDues } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';

type Always = Extract<WorkItem, { state: 'pending' }>;

export type WorkDraft = Pick<Always, 'kind' | 'title' | 'component' | 'priority'> &
  Partial<
    Pick<
      Always,
      | 'notes'
      | 'estimateMinutes'
      | 'requirements'
      | 'filesTouched'
      | 'failedAttempts'
      | 'lastCause'
      | 'parent'
      | 'failureId'
      | 'owner'
      | 'dueAt'
    >
  > & {
    /** A name that the same draft always has, so that adding it twice adds it once. Drawn when left out. */
    id?: WorkItemId;
    by: Actor;
  };

export type AddWorkOutcome =
  | { kind: 'added'; item: WorkItem }
  /** The id is taken: as a rule by this very item, which may have moved on since. */
  | { kind: 'exists'; item: WorkItem };

export async function addWork(
  { work, ids, now }: Pick<WorkPorts, 'work' | 'ids' | 'now'>,
  { id, by, ...draft }: WorkDraft,
): Promise<AddWorkOutcome> {
  for (let clashes = 0; clashes < 10; clashes++) {
    const itemId = id ?? ids.workItemId();
    const at = now().toISOString();
    const item = WorkItem.parse({
      schema: 1,
      ...draft,
      id: itemId,
      version: 1,
      createdAt: at,
      createdBy: by,
      lastAction: { id: ids.actionId(), by, at },
      state: 'pending',
    });
    if ((await work.create(item, workDues(item))) === 'created') return { kind: 'added', item };
    if (id === undefined) continue;
    const stored = await work.get(itemId);
    if (stored) return { kind: 'exists', item: stored.item };
  }
  throw new Error(`no free id for a work item of ${draft.component}`);
}
