import { failedValidation } from '../errors.ts';
import { comparePointIds, type StoredPoint } from '../points/stored-point.ts';
import type { ScoredPoint } from '../points/top-points.ts';

/**
 * Reciprocal rank fusion as Qdrant does it: 1 / (rank + k), ranks from 0, summed over the lists; a weight stretches or
 * compresses the ranks of its list: 1 / ((rank + 1) / weight + k - 1).
 */
export function fuseByRank(
  lists: readonly ScoredPoint[][],
  k: number,
  weights: readonly number[] | null,
): ScoredPoint[] {
  if (weights && weights.length !== lists.length) {
    throw failedValidation(
      `Number of weights in RRF should match number of pre-fetches: got ${weights.length}, expected ${lists.length}`,
    );
  }
  const fused = new Map<StoredPoint, number>();
  for (const [at, list] of lists.entries()) {
    const weight = weights?.[at] ?? 1;
    for (const [rank, { point }] of list.entries()) {
      const share = weight > 0 ? 1 / ((rank + 1) / weight + k - 1) : 0;
      fused.set(point, (fused.get(point) ?? 0) + share);
    }
  }
  return [...fused]
    .map(([point, score]) => ({ point, score }))
    .sort((a, b) => b.score - a.score || comparePointIds(a.point.id, b.point.id));
}
