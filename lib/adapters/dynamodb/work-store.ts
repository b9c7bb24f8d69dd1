import { DueKind, type Dues, earliestDue } from '../../attention/attention.ts';
import { VersionConflictError } from '../../errors.ts';
import { WorkItem } from '../../work/work-item.ts';
import { isOver } from '../../work/work-moves.ts';
import type { StoredWork, WorkLine, WorkStore } from '../../work/work-store.ts';
import { attendedOf, dueAttribute, newlyAttended, removeAttention, setAttention } from './attended.ts';
import { asRead, type Update, update } from './expression.ts';
import { componentWorkPartition, type Key, workKey, workLineOf, workListingKeys, workPartition } from './keys.ts';
import { type Item, pickPresent, type Table } from './table.ts';

/** Every attribute that any state has. A save removes those that the new state lacks. */
const workAttributes: readonly string[] = [...new Set(WorkItem.options.flatMap((state) => Object.keys(state.shape)))];

export function dynamoWorkStore(table: Table): WorkStore {
  return {
    async create(item, dues) {
      const key = workKey(item.id);
      const whole = { ...key, ...item, ...workListingKeys(item), ...newlyAttended(key, dues) };
      if (await table.putIfAbsent(whole)) return 'created';
      const stored = await table.get(key);
      return stored && workOf(stored).lastAction.id === item.lastAction.id ? 'created' : 'exists';
    },

    async get(id) {
      const item = await table.get(workKey(id));
      return item && storedWorkOf(item);
    },

    async getAll(ids) {
      const items = (await table.getAll(ids.map(workKey))).map(workOf);
      const byId = new Map(items.map((item) => [item.id, item]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },

    /** No read before: a claim is on the hot path, and only saves write an item's dues. */
    async save(item, { expectedVersion, dues, expiresAt }) {
      const key = workKey(item.id);
      if (await table.update(key, stateUpdate(key, item, { expectedVersion, dues, expiresAt }))) return;
      const now = await table.get(key);
      const stored = now && workOf(now);
      if (stored?.version === item.version && stored.lastAction.id === item.lastAction.id) return;
      throw new VersionConflictError(item.id, expectedVersion);
    },

    async list({ state, component, limit, after }) {
      const lines: WorkLine[] = [];
      let last: string | undefined;
      for await (const found of table.query({
        ...(component === undefined
          ? { index: 'listing', partition: workPartition(state) }
          : { index: 'related', partition: componentWorkPartition(component, state) }),
        ...(after === undefined ? {} : { from: after }),
        pageSize: limit + 2,
      })) {
        const sort = String(component === undefined ? found.lsk : found.rsk);
        if (sort === after) continue;
        if (lines.length === limit) return { lines, ...(last === undefined ? {} : { next: last }) };
        lines.push(workLineOf(sort));
        last = sort;
      }
      return { lines };
    },
  };
}

function workOf(item: Item): WorkItem {
  return WorkItem.parse(pickPresent(item, workAttributes));
}

function storedWorkOf(item: Item): StoredWork {
  return { item: workOf(item), ...attendedOf(item) };
}

function stateUpdate(
  key: Key,
  item: WorkItem,
  { expectedVersion, dues, expiresAt }: { expectedVersion: number; dues: Dues; expiresAt: Date | undefined },
): Update {
  const draft = update().when(asRead('version', expectedVersion)).add('rev', 1).set('sweepAttempts', 0);
  const after: Item = { ...item, ...workListingKeys(item) };
  if (expiresAt) after.expiresAt = Math.ceil(expiresAt.getTime() / 1000);
  for (const [kind, at] of Object.entries(dues)) after[dueAttribute(kind)] = at;
  for (const [name, value] of Object.entries(after)) {
    if (value !== undefined) draft.set(name, value);
  }
  const before = [...workAttributes, ...DueKind.options.map(dueAttribute), 'parked'];
  // What is over stays so, and keeps its end.
  if (!isOver(item)) before.push('expiresAt');
  draft.remove(...before.filter((name) => after[name] === undefined));
  const earliest = earliestDue(dues);
  if (earliest === undefined) removeAttention(draft);
  else setAttention(draft, key, earliest);
  return draft;
}
