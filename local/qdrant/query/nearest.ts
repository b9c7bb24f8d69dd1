import type { Collection } from '../collection.ts';
import { notFound, pointNotFound, sparseForDense, unknownVector, wrongDimension } from '../errors.ts';
import { better, prepareDense, scoreDense } from '../points/distance.ts';
import { isDense } from '../points/point-store.ts';
import type { StoredPoint, StoredVector } from '../points/stored-point.ts';
import { type ScoredPoint, topPoints } from '../points/top-points.ts';
import type { VectorInput } from '../wire/queries.ts';

interface Search {
  vector: VectorInput;
  using: string;
  limit: number;
  threshold: number | null | undefined;
  accepts: (point: StoredPoint) => boolean;
}

/** The points nearest to a vector, best first. */
export function searchNearest(collection: Collection, search: Search): ScoredPoint[] {
  const { using } = search;
  const sparse = collection.sparseVectors[using];
  const vector = resolveVector(collection, search);
  if (sparse) {
    if (Array.isArray(vector)) throw sparseForDense();
    return searchSparse(collection, search, vector, sparse.modifier === 'idf');
  }
  const params = collection.denseVectors[using];
  if (!params) throw unknownVector(using);
  if (!Array.isArray(vector)) throw sparseForDense();
  if (vector.length !== params.size) throw wrongDimension(params.size, vector.length);
  return searchDense(collection, search, vector, params.distance);
}

/** A query by id takes the vector which that point has under the name searched. */
function resolveVector(collection: Collection, { vector, using }: Search): StoredVector {
  if (typeof vector === 'object') return vector;
  const point = collection.points.get(vector);
  if (!point) throw pointNotFound(vector);
  const stored = point.vectors[using];
  if (!stored) throw notFound(`Vector with name ${JSON.stringify(using)} for point not found`);
  return stored;
}

function searchSparse(
  { points, sparseIndex }: Collection,
  { using, limit, threshold, accepts }: Search,
  vector: Exclude<StoredVector, number[]>,
  idf: boolean,
): ScoredPoint[] {
  const top = topPoints(limit);
  sparseIndex(using)?.search(vector, { idf, slots: points.slotCount() }, (slot, score) => {
    const point = points.at(slot);
    if (point && top.couldEnter(score) && score > (threshold ?? -Infinity) && accepts(point)) top.offer(point, score);
  });
  return top.take();
}

function searchDense(
  { points }: Collection,
  { using, limit, threshold, accepts }: Search,
  vector: number[],
  distance: Parameters<typeof scoreDense>[0],
): ScoredPoint[] {
  const wanted = prepareDense(vector, distance);
  const order = better(distance);
  const passes = (score: number) =>
    typeof threshold !== 'number' || (order === 'larger' ? score > threshold : score < threshold);
  const top = topPoints(limit, order);
  for (const point of points.inOrder()) {
    const stored = point.vectors[using];
    if (!stored || !isDense(stored)) continue;
    const score = scoreDense(distance, wanted, stored);
    if (passes(score) && top.couldEnter(score) && accepts(point)) top.offer(point, score);
  }
  return top.take();
}
