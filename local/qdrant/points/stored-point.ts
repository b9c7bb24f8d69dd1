import * as z from 'zod';
import { DenseVector, Payload, PointId, SparseVector } from '../wire/scalars.ts';

/** A point as it is kept: vectors by name (dense ones ready to be compared, sparse ones sorted by index). */
export const StoredPoint = z.object({
  id: PointId,
  version: z.int(),
  payload: Payload,
  vectors: z.record(z.string(), z.union([DenseVector, SparseVector])),
});
export type StoredPoint = z.output<typeof StoredPoint>;
export type StoredVector = StoredPoint['vectors'][string];

/** Qdrant's order of points: numbers first, by size, then UUIDs. */
export function comparePointIds(a: PointId, b: PointId): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b);
  return typeof a === 'number' ? -1 : 1;
}
