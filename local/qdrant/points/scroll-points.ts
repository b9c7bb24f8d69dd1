import type { Schemas } from '@qdrant/js-client-rest';
import type * as z from 'zod';
import type { Collection } from '../collection.ts';
import { parseDatetime } from '../datetime.ts';
import { badRequest, wrongInput } from '../errors.ts';
import { valuesAt } from '../payload-path.ts';
import type { OrderBy, ScrollRequest } from '../wire/points.ts';
import { pathOf } from './match-filter.ts';
import { type Shown, showRecord } from './show-point.ts';
import { comparePointIds, type StoredPoint } from './stored-point.ts';

const defaultLimit = 10;

/** One page of points, by id, or by a payload value that has a range index. */
export function scrollPoints(collection: Collection, request: z.output<typeof ScrollRequest>): Schemas['ScrollResult'] {
  const shown: Shown = { with_payload: request.with_payload ?? true, with_vector: request.with_vector ?? false };
  const limit = request.limit ?? defaultLimit;
  const matching = collection.points.inOrder().filter(collection.filterTest(request.filter));
  if (request.order_by) {
    if (typeof request.offset !== 'undefined' && request.offset !== null) {
      throw badRequest(
        "Cannot use an `offset` when using `order_by`. The alternative for paging is to use `order_by.start_from` and a filter to exclude the IDs that you've already seen for the `order_by.start_from` value",
      );
    }
    const points = orderPoints(collection, matching, request.order_by)
      .slice(0, limit)
      .map(({ point, value }) => ({ ...showRecord(collection, point, shown), order_value: value }));
    return { points, next_page_offset: null };
  }
  const { offset } = request;
  const rest =
    offset === null || offset === undefined ? matching : matching.filter(({ id }) => comparePointIds(id, offset) >= 0);
  return {
    points: rest.slice(0, limit).map((point) => showRecord(collection, point, shown)),
    next_page_offset: rest[limit]?.id ?? null,
  };
}

/** A point with several values comes once for each; one without any does not come. */
function orderPoints(collection: Collection, points: readonly StoredPoint[], { key, direction, start_from }: OrderBy) {
  const schema = collection.fieldSchemas.get(key);
  const type = typeof schema === 'string' ? schema : schema?.type;
  if (type !== 'integer' && type !== 'float' && type !== 'datetime') {
    throw wrongInput(
      `No range index for \`order_by\` key: \`${key}\`. Please create one to use \`order_by\`. Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Range conditions`,
    );
  }
  const sign = direction === 'desc' ? -1 : 1;
  const from = orderValue(start_from, type) ?? sign * -Infinity;
  const path = pathOf(key);
  return points
    .flatMap((point) =>
      valuesAt(point.payload, path).flatMap((value) => {
        const ordered = orderValue(value, type);
        return ordered !== undefined && sign * (ordered - from) >= 0 ? [{ point, value: ordered }] : [];
      }),
    )
    .sort((a, b) => sign * (a.value - b.value || comparePointIds(a.point.id, b.point.id)));
}

/** Dates are ordered by their microseconds. */
function orderValue(value: unknown, type: 'integer' | 'float' | 'datetime'): number | undefined {
  if (type !== 'datetime') return typeof value === 'number' ? value : undefined;
  const seconds = typeof value === 'string' ? parseDatetime(value) : undefined;
  return seconds === undefined ? undefined : Math.round(seconds * 1_000_000);
}
