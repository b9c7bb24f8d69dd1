import type { Collection } from '../collection.ts';
import { pointNotFound, sparseForDense, unknownVector, wrongDimension } from '../errors.ts';
import { type Payload, removeAt, setAt } from '../payload-path.ts';
import type { Filter } from '../wire/filter.ts';
import type { PointStruct, Upsert, Vector } from '../wire/points.ts';
import type { PointId } from '../wire/scalars.ts';
import { prepareDense } from './distance.ts';
import { pathOf } from './match-filter.ts';
import { sortSparse } from './sparse-index.ts';
import type { StoredPoint, StoredVector } from './stored-point.ts';

/** What an operation changes, worked out in full before anything is changed. */
export interface PointChanges {
  puts: StoredPoint[];
  drops: PointId[];
}

/** New points, and whole replacements of those that are there: of vectors and payload nothing old stays. */
export function upsertPoints(collection: Collection, upsert: Upsert): PointChanges {
  const mayUpdate = collection.filterTest(upsert.update_filter);
  const mode = upsert.update_mode ?? 'upsert';
  const puts = new Map<PointId, StoredPoint>();
  for (const struct of upsert.points) {
    const point = toStored(collection, struct);
    const existing = collection.points.get(point.id);
    const wanted = existing ? mode !== 'insert_only' && mayUpdate(existing) : mode !== 'update_only';
    if (wanted) puts.set(point.id, point);
  }
  return { puts: [...puts.values()], drops: [] };
}

export function deletePoints(
  collection: Collection,
  selector: { points: PointId[] } | { filter: Filter },
): PointChanges {
  const ids = 'points' in selector ? selector.points : selected(collection, selector).map((point) => point.id);
  return { puts: [], drops: ids.filter((id) => collection.points.get(id)) };
}

interface Targets {
  points?: PointId[] | null;
  filter?: Filter | null;
}

export function setPayload(
  collection: Collection,
  request: Targets & { payload: Payload; key?: string | null },
): PointChanges {
  const path = request.key ? pathOf(request.key) : undefined;
  return changePayloads(collection, request, (payload) => setAt(payload, path, request.payload));
}

export function overwritePayload(collection: Collection, request: Targets & { payload: Payload }): PointChanges {
  return changePayloads(collection, request, () => request.payload);
}

export function deletePayload(collection: Collection, request: Targets & { keys: string[] }): PointChanges {
  const paths = request.keys.map(pathOf);
  return changePayloads(collection, request, (payload) => paths.reduce(removeAt, payload));
}

function changePayloads(collection: Collection, targets: Targets, change: (payload: Payload) => Payload): PointChanges {
  const version = collection.operations;
  const puts = selected(collection, targets).map((point) => ({ ...point, version, payload: change(point.payload) }));
  return { puts, drops: [] };
}

/** Points named by id must exist; a filter may find none. */
function selected(collection: Collection, { points, filter }: Targets): StoredPoint[] {
  if (!points) return collection.points.inOrder().filter(collection.filterTest(filter));
  return [...new Set(points)].map((id) => {
    const point = collection.points.get(id);
    if (!point) throw pointNotFound(id);
    return point;
  });
}

function toStored(collection: Collection, { id, vector, payload }: PointStruct): StoredPoint {
  const vectors = Object.entries<Vector>(vector).map(([name, value]) => [
    name,
    toStoredVector(collection, name, value),
  ]);
  return { id, version: collection.operations, payload: payload ?? {}, vectors: Object.fromEntries(vectors) };
}

function toStoredVector(collection: Collection, name: string, vector: Vector): StoredVector {
  const dense = collection.denseVectors[name];
  if (dense) {
    if (!Array.isArray(vector)) throw sparseForDense();
    if (vector.length !== dense.size) throw wrongDimension(dense.size, vector.length);
    return prepareDense(vector, dense.distance);
  }
  if (!collection.sparseVectors[name]) throw unknownVector(name);
  if (Array.isArray(vector)) throw sparseForDense();
  return sortSparse(vector);
}
