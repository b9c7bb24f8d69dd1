import type { Schemas } from '@qdrant/js-client-rest';
import type { Collection } from '../collection.ts';
import { unknownVector } from '../errors.ts';
import { float32 } from '../float32.ts';
import { excludePaths, includePaths, type Payload } from '../payload-path.ts';
import type { WithPayload, WithVector } from '../wire/points.ts';
import { pathOf } from './match-filter.ts';
import type { StoredPoint, StoredVector } from './stored-point.ts';
import type { ScoredPoint } from './top-points.ts';

/** Which parts of a point an answer carries. */
export interface Shown {
  with_payload?: WithPayload | null;
  with_vector?: WithVector | null;
}

export function showRecord(collection: Collection, point: StoredPoint, shown: Shown): Schemas['Record'] {
  return { id: point.id, ...showPayload(point.payload, shown), ...showVectors(collection, point, shown) };
}

export function showScored(
  collection: Collection,
  { point, score }: ScoredPoint,
  shown: Shown,
): Schemas['ScoredPoint'] {
  return { version: point.version, score: float32(score), ...showRecord(collection, point, shown) };
}

function showPayload(payload: Payload, { with_payload: asked }: Shown): { payload?: Payload } {
  if (!asked) return {};
  if (asked === true) return { payload };
  if ('exclude' in asked) return { payload: excludePaths(payload, asked.exclude.map(pathOf)) };
  return { payload: includePaths(payload, (Array.isArray(asked) ? asked : asked.include).map(pathOf)) };
}

function showVectors(
  { denseVectors, sparseVectors }: Collection,
  { vectors }: StoredPoint,
  { with_vector: asked }: Shown,
): { vector?: Schemas['VectorStructOutput'] } {
  if (!asked) return {};
  for (const name of asked === true ? [] : asked) {
    if (!denseVectors[name] && !sparseVectors[name]) throw unknownVector(name);
  }
  const wanted = Object.entries(vectors).filter(([name]) => asked === true || asked.includes(name));
  const unnamed = vectors[''];
  if (asked === true && wanted.length === 1 && Array.isArray(unnamed)) return { vector: unnamed.map(float32) };
  return { vector: Object.fromEntries(wanted.map(([name, vector]) => [name, showVector(vector)])) };
}

function showVector(vector: StoredVector): Schemas['VectorOutput'] {
  return Array.isArray(vector) ? vector.map(float32) : { indices: vector.indices, values: vector.values.map(float32) };
}
