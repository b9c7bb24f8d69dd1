import type { Failure } from '../../failure/failure.ts';
import type { FailurePage, FailureStore } from '../../ports.ts';
import type { Level } from '../../signal/signal.ts';
import { cursorFor, parseCursor } from '../page-cursor.ts';
import { failureOf } from './failure-item.ts';
import { groupOf } from './group-item.ts';
import { componentPartition, donePartition, groupKey, listingShards, openPartition } from './keys.ts';
import type { Item, Table, TableQuery } from './table.ts';

const worstFirst: readonly Level[] = [5, 4, 3, 2, 1];

/** Read from indexes that may lag behind a moment; the counts are from the groups, and exact. */
export function failureLists(table: Table): Pick<FailureStore, 'listOpen' | 'listDone' | 'listComponent'> {
  async function take(query: TableQuery, limit: number): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of table.query({ ...query, descending: true, pageSize: limit })) {
      if (items.push(item) >= limit) break;
    }
    return items;
  }

  async function page(items: Item[], limit: number, sortOf: (item: Item) => string): Promise<FailurePage> {
    const shown = items.slice(0, limit);
    const last = shown.at(-1);
    const failures = await withCounts(shown.map(failureOf));
    if (!last || items.length <= limit) return { failures };
    return { failures, next: cursorFor({ level: failureOf(last).level, before: sortOf(last) }) };
  }

  async function withCounts(failures: Failure[]): Promise<FailurePage['failures']> {
    const items = await table.getAll(failures.map(({ fingerprint }) => groupKey(fingerprint)));
    const groups = new Map(items.map((item) => [item.pk, groupOf(item)]));
    return failures.map((failure) => {
      const group = groups.get(groupKey(failure.fingerprint).pk);
      const mine = group?.failureId === failure.id ? group : undefined;
      return { failure, count: mine?.count ?? 0, lastSeenAt: mine?.lastSeenAt ?? failure.openedAt };
    });
  }

  return {
    async listOpen({ minLevel = 1, component, limit, after }) {
      const cursor = after === undefined ? undefined : parseCursor(after);
      const found: Item[] = [];
      for (const level of worstFirst) {
        if (level < minLevel || (cursor && level > cursor.level) || found.length > limit) continue;
        const shards = Array.from({ length: listingShards }, (_, shard) =>
          take(
            {
              index: 'listing',
              partition: openPartition(level, shard),
              ...(cursor?.level === level ? { before: cursor.before } : {}),
              ...(component === undefined ? {} : { where: { attribute: 'component', is: component } }),
            },
            limit + 1 - found.length,
          ),
        );
        found.push(...(await Promise.all(shards)).flat().sort(byDescending(lastSeenSort)));
      }
      return page(found, limit, lastSeenSort);
    },

    async listDone({ month, component, limit, after }) {
      const query: TableQuery = {
        index: 'listing',
        partition: donePartition(month),
        ...(after === undefined ? {} : { before: parseCursor(after).before }),
        ...(component === undefined ? {} : { where: { attribute: 'component', is: component } }),
      };
      return page(await take(query, limit + 1), limit, lastSeenSort);
    },

    async listComponent({ component, limit, after }) {
      const query: TableQuery = {
        index: 'related',
        partition: componentPartition(component),
        ...(after === undefined ? {} : { before: parseCursor(after).before }),
      };
      return page(await take(query, limit + 1), limit, (item) => String(item.rsk));
    },
  };
}

const lastSeenSort = (item: Item): string => String(item.lsk);
const byDescending = (sortOf: (item: Item) => string) => (one: Item, other: Item) =>
  sortOf(one) < sortOf(other) ? 1 : -1;
