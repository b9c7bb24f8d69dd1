import type { Collection } from '../collection.ts';
import { badRequest, failedValidation } from '../errors.ts';
import { mergeFilters } from '../points/match-filter.ts';
import type { StoredPoint } from '../points/stored-point.ts';
import { type ScoredPoint, topPoints } from '../points/top-points.ts';
import type { Filter } from '../wire/filter.ts';
import type { Prefetch, Query, QueryRequest } from '../wire/queries.ts';
import type { PointId } from '../wire/scalars.ts';
import { compileFormula } from './formula.ts';
import { fuseByRank } from './fusion.ts';
import { searchNearest } from './nearest.ts';

const defaultLimit = 10;
const maxPrefetchDepth = 64;

/** One request of the Query API: the prefetches first, innermost first, then the query over what they found. */
export function runQuery(collection: Collection, request: QueryRequest): ScoredPoint[] {
  const depth = prefetchDepth(request);
  if (depth > maxPrefetchDepth) {
    throw failedValidation(`prefetches depth ${depth} exceeds max depth ${maxPrefetchDepth}`);
  }
  const offset = request.offset ?? 0;
  const ids = queriedIds(request);
  // The points that are the question are no answer to it.
  const others: Filter | undefined = ids.length > 0 ? { must_not: [{ has_id: ids }] } : undefined;
  const filter = mergeFilters(others, request.filter);
  const limit = (request.limit ?? defaultLimit) + offset;
  return runStage(collection, { ...request, filter: filter ?? null }, limit, undefined).slice(offset);
}

function runStage(collection: Collection, stage: Prefetch, limit: number, outer: Filter | undefined): ScoredPoint[] {
  checkStage(stage);
  const filter = mergeFilters(outer, stage.filter);
  // A filter reaches down into the prefetches: what they find has passed it.
  const found = stage.prefetch?.map((inner) => runStage(collection, inner, inner.limit ?? defaultLimit, filter)) ?? [];
  const { query, score_threshold: threshold } = stage;
  if (!query) return firstPoints(collection, limit, filter);
  switch (query.kind) {
    case 'nearest': {
      const among = stage.prefetch?.length ? new Set(found.flat().map(({ point }) => point)) : undefined;
      const passes = collection.filterTest(filter);
      const accepts = (point: StoredPoint) => (among ? among.has(point) : passes(point));
      return searchNearest(collection, { vector: query.vector, using: stage.using ?? '', limit, threshold, accepts });
    }
    case 'rrf':
      if (found.length === 0) throw failedValidation('cannot apply Fusion without prefetches');
      return fuseByRank(found, query.k, query.weights)
        .filter(({ score }) => score >= (threshold ?? -Infinity))
        .slice(0, limit);
    case 'formula':
      if (found.length === 0) throw failedValidation('cannot apply Formula without prefetches');
      return rescore(collection, query, found, limit, threshold);
    default:
      return query satisfies never;
  }
}

function rescore(
  collection: Collection,
  { formula, defaults }: Extract<Query, { kind: 'formula' }>,
  found: readonly ScoredPoint[][],
  limit: number,
  threshold: number | null | undefined,
): ScoredPoint[] {
  const score = compileFormula(formula, { defaults, conditionTest: collection.conditionTest });
  const scores = found.map((list) => new Map(list.map((scored) => [scored.point, scored.score])));
  const top = topPoints(limit);
  for (const point of new Set(found.flat().map((scored) => scored.point))) {
    const rescored = score({ point, scores: scores.map((list) => list.get(point)) });
    if (rescored >= (threshold ?? -Infinity)) top.offer(point, rescored);
  }
  return top.take();
}

/** Without a query the points come in the order of their ids. */
function firstPoints(collection: Collection, limit: number, filter: Filter | undefined): ScoredPoint[] {
  const passes = collection.filterTest(filter);
  return collection.points
    .inOrder()
    .filter(passes)
    .slice(0, limit)
    .map((point) => ({ point, score: 1 }));
}

function checkStage({ prefetch, query, score_threshold, using }: Prefetch) {
  if (prefetch?.length && !query) {
    throw badRequest("A query is needed to merge the prefetches. Can't have prefetches without defining a query.");
  }
  if (typeof score_threshold === 'number' && !query) {
    throw badRequest(
      "A query is needed to use the score_threshold. Can't have score_threshold without defining a query.",
    );
  }
  if (query?.kind === 'rrf' && using) throw badRequest("Fusion queries cannot be combined with the 'using' field.");
}

function prefetchDepth({ prefetch }: Prefetch): number {
  return prefetch?.length ? 1 + Math.max(...prefetch.map(prefetchDepth)) : 0;
}

function queriedIds({ query, prefetch }: Prefetch): PointId[] {
  const own = query?.kind === 'nearest' && typeof query.vector !== 'object' ? [query.vector] : [];
  return [...own, ...(prefetch ?? []).flatMap(queriedIds)];
}
