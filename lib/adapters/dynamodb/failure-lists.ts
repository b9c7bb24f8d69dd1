import { tallyGroups } from '../../failure/counts.ts';
import { isEnded } from '../../failure/failure.ts';
import { groupsOf } from '../../failure/moves/merging.ts';
import type { FailurePage, FailureStore, StoredFailure } from '../../ports.ts';
import { permalinkOf } from '../../response/card-content.ts';
import type { Level } from '../../signal/signal.ts';
import { cursorFor, parseCursor } from '../page-cursor.ts';
import { monthsBetween, tallyOf } from '../tally.ts';
import { storedFailureOf } from './failure-item.ts';
import { groupOf } from './group-item.ts';
import { componentPartition, donePartition, groupKey, listingShards, openPartition } from './keys.ts';
import type { Table, TableQuery } from './table.ts';

const worstFirst: readonly Level[] = [5, 4, 3, 2, 1];

interface Entry {
  pk: string;
  sk: string;
  level: Level;
  sort: string;
}

/**
 * The order is from indexes that may lag behind a moment; they hold keys alone, so that writing a failure does not write
 * it three times. The failures themselves, and their counts, are read consistently, a page at a time.
 */
export function failureLists(table: Table): Pick<FailureStore, 'listOpen' | 'tally'> {
  async function take(level: Level, query: TableQuery, limit: number): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const item of table.query({ ...query, descending: true, pageSize: limit })) {
      entries.push({ pk: String(item.pk), sk: String(item.sk), level, sort: String(item.lsk ?? item.rsk) });
      if (entries.length >= limit) break;
    }
    return entries;
  }

  /** One partition of a component and level; of all components, a few that are merged. */
  async function takeLevel(
    level: Level,
    { component, before, limit }: { component: string | undefined; before: string | undefined; limit: number },
  ): Promise<Entry[]> {
    const queries: Pick<TableQuery, 'index' | 'partition'>[] =
      component === undefined
        ? Array.from({ length: listingShards }, (_, shard) => ({
            index: 'listing',
            partition: openPartition(level, shard),
          }))
        : [{ index: 'related', partition: componentPartition(component, level) }];
    const found = await Promise.all(
      queries.map((query) => take(level, { ...query, ...(before === undefined ? {} : { before }) }, limit)),
    );
    return found.flat().sort((one, other) => (one.sort < other.sort ? 1 : -1));
  }

  async function read(entries: Entry[]): Promise<StoredFailure[]> {
    const items = await table.getAll(entries.map(({ pk, sk }) => ({ pk, sk })));
    const byKey = new Map(items.map((item) => [item.pk, item]));
    // One whose level was just raised may stand in the index twice.
    return [...new Set(entries.map(({ pk }) => pk))].flatMap((pk) => {
      const item = byKey.get(pk);
      const stored = item && storedFailureOf(item);
      return stored && !isEnded(stored.failure) ? [stored] : [];
    });
  }

  async function withCounts(listed: StoredFailure[]): Promise<FailurePage['failures']> {
    const fingerprints = listed.flatMap(({ failure }) => groupsOf(failure).map(({ fingerprint }) => fingerprint));
    const items = await table.getAll([...new Set(fingerprints)].map(groupKey));
    const groups = new Map(items.map(groupOf).map((group) => [group.fingerprint, group]));
    return listed.map((stored) => {
      const { failure } = stored;
      const { count, lastSeenAt = failure.openedAt } = tallyGroups(failure, (fingerprint) => groups.get(fingerprint));
      return { failure, count, lastSeenAt, ...permalinkOf(stored) };
    });
  }

  /** Where keys begin with when the failure was last seen. */
  async function lastSeen(partition: string, most: number, from?: Date): Promise<string[]> {
    const found: string[] = [];
    const query = { index: 'listing', partition, descending: true, pageSize: most } as const;
    for await (const { lsk } of table.query({ ...query, ...(from && { from: from.toISOString() }) })) {
      if (found.push(String(lsk)) >= most) break;
    }
    return found;
  }

  return {
    async tally({ since, until, most }) {
      const [open, done] = await Promise.all([
        Promise.all(
          worstFirst.flatMap((level) =>
            Array.from({ length: listingShards }, async (_, shard) => ({
              level,
              seen: await lastSeen(openPartition(level, shard), most),
            })),
          ),
        ),
        Promise.all(monthsBetween(since, until).map((month) => lastSeen(donePartition(month), most, since))),
      ]);
      return tallyOf(open, done, { since, most });
    },

    async listOpen({ minLevel = 1, component, limit, after }) {
      const cursor = after === undefined ? undefined : parseCursor(after);
      const found: Entry[] = [];
      for (const level of worstFirst) {
        if (level < minLevel || (cursor && level > cursor.level) || found.length > limit) continue;
        const before = cursor?.level === level ? cursor.before : undefined;
        found.push(...(await takeLevel(level, { component, before, limit: limit + 1 - found.length })));
      }
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      const failures = await withCounts(await read(shown));
      if (!last || found.length <= limit) return { failures };
      return { failures, next: cursorFor({ level: last.level, before: last.sort }) };
    },
  };
}
