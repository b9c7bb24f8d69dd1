import { tallyGroups } from '../../failure/counts.ts';
import { type Failure, isEnded } from '../../failure/failure.ts';
import { FailureId } from '../../failure/ids.ts';
import { groupsOf } from '../../failure/moves/merging.ts';
import type { FailurePage, FailureStore, StoredFailure } from '../../ports.ts';
import { permalinkOf } from '../../response/card-content.ts';
import type { Level } from '../../signal/signal.ts';
import { cursorFor, OpenCursor, parseCursor, ResolvedCursor } from '../page-cursor.ts';
import { monthsBetween, tallyOf } from '../tally.ts';
import { storedFailureOf } from './failure-item.ts';
import { groupOf } from './group-item.ts';
import { componentPartition, donePartition, groupKey, listingShards, openPartition } from './keys.ts';
import type { Table, TableQuery } from './table.ts';

const worstFirst: readonly Level[] = [5, 4, 3, 2, 1];

interface Entry {
  pk: string;
  sk: string;
  sort: string;
  /** Where a page that follows it begins. */
  place: string;
}

/**
 * The order is from indexes that may lag behind a moment; they hold keys alone, so that writing a failure does not write
 * it three times. The failures themselves, and their counts, are read consistently, a page at a time.
 */
export function failureLists(table: Table): Pick<FailureStore, 'listOpen' | 'listResolved' | 'findIds' | 'tally'> {
  async function take(query: TableQuery, limit: number, placeOf: (before: string) => string): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const item of table.query({ ...query, descending: true, pageSize: limit })) {
      const sort = String(item.lsk ?? item.rsk);
      entries.push({ pk: String(item.pk), sk: String(item.sk), sort, place: placeOf(sort) });
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
    const placeOf = (sort: string) => cursorFor({ level, before: sort });
    const found = await Promise.all(
      queries.map((query) => take({ ...query, ...(before === undefined ? {} : { before }) }, limit, placeOf)),
    );
    return found.flat().sort((one, other) => (one.sort < other.sort ? 1 : -1));
  }

  async function read(entries: Entry[], isWanted: (failure: Failure) => boolean): Promise<FailurePage['failures']> {
    const items = await table.getAll(entries.map(({ pk, sk }) => ({ pk, sk })));
    const byKey = new Map(items.map((item) => [item.pk, item]));
    // One whose level was just raised may stand in the index twice.
    const places = new Map(entries.map(({ pk, place }) => [pk, place]));
    return await withCounts(
      [...places].flatMap(([pk, place]) => {
        const item = byKey.get(pk);
        const stored = item && storedFailureOf(item);
        return stored && isWanted(stored.failure) ? [{ stored, place }] : [];
      }),
    );
  }

  async function withCounts(listed: { stored: StoredFailure; place: string }[]): Promise<FailurePage['failures']> {
    const fingerprints = listed.flatMap(({ stored: { failure } }) =>
      groupsOf(failure).map(({ fingerprint }) => fingerprint),
    );
    const items = await table.getAll([...new Set(fingerprints)].map(groupKey));
    const groups = new Map(items.map(groupOf).map((group) => [group.fingerprint, group]));
    return listed.map(({ stored, place }) => {
      const { failure } = stored;
      const { count, lastSeenAt = failure.openedAt } = tallyGroups(failure, (fingerprint) => groups.get(fingerprint));
      return { failure, count, lastSeenAt, ...permalinkOf(stored), place };
    });
  }

  /** A page of what the index named, one entry more than is shown. */
  async function pageOf(found: Entry[], limit: number, isWanted: (failure: Failure) => boolean): Promise<FailurePage> {
    const shown = found.slice(0, limit);
    const failures = await read(shown, isWanted);
    const last = shown.at(-1);
    return last && found.length > limit ? { failures, next: last.place } : { failures };
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
      const cursor = after === undefined ? undefined : parseCursor(OpenCursor, after);
      // All at once: a person waits, and keys are small.
      const levels = worstFirst.filter((level) => level >= minLevel && (!cursor || level <= cursor.level));
      const found = await Promise.all(
        levels.map((level) => {
          const before = cursor?.level === level ? cursor.before : undefined;
          return takeLevel(level, { component, before, limit: limit + 1 });
        }),
      );
      return await pageOf(found.flat(), limit, (failure) => !isEnded(failure));
    },

    async listResolved({ since, until, limit, after }) {
      const cursor = after === undefined ? undefined : parseCursor(ResolvedCursor, after);
      const found: Entry[] = [];
      for (const month of monthsBetween(since, until).toReversed()) {
        if ((cursor && month > cursor.month) || found.length > limit) continue;
        const before = cursor?.month === month ? { before: cursor.before } : {};
        const query = { index: 'listing', partition: donePartition(month), ...before } as const;
        const placeOf = (sort: string) => cursorFor({ month, before: sort });
        found.push(...(await take(query, limit + 1 - found.length, placeOf)));
      }
      return await pageOf(found, limit, ({ status }) => status === 'resolved');
    },

    async findIds(start, { since, until, most }) {
      const partitions = [
        ...worstFirst.flatMap((level) =>
          Array.from({ length: listingShards }, (_, shard) => openPartition(level, shard)),
        ),
        ...monthsBetween(since, until).map(donePartition),
      ];
      const looked = await Promise.all(partitions.map((partition) => lastSeen(partition, most)));
      const ids = new Set(looked.flat().map((sort) => FailureId.parse(sort.slice(sort.indexOf('#') + 1))));
      return {
        ids: [...ids].filter((id) => id.startsWith(start)).sort(),
        isMore: looked.some(({ length }) => length >= most),
      };
    },
  };
}
