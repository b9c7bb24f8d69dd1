import { comparePointIds, type StoredPoint } from './stored-point.ts';

export interface ScoredPoint {
  point: StoredPoint;
  score: number;
}

/** Keeps the best `limit` points offered. Equal scores are ordered by id, so that an answer is the same every time. */
export function topPoints(limit: number, better: 'larger' | 'smaller' = 'larger') {
  const sign = better === 'larger' ? 1 : -1;
  let kept: ScoredPoint[] = [];
  let worst: ScoredPoint | undefined;
  const cut = () => {
    kept = kept.sort((a, b) => sign * (b.score - a.score) || comparePointIds(a.point.id, b.point.id)).slice(0, limit);
    if (kept.length === limit) worst = kept.at(-1);
  };
  return {
    /** Whether a score could still be among the best: asked before the costlier filter. */
    couldEnter: (score: number) => worst === undefined || sign * (score - worst.score) >= 0,
    offer(point: StoredPoint, score: number) {
      kept.push({ point, score });
      if (kept.length >= 2 * limit + 64) cut();
    },
    take(): ScoredPoint[] {
      cut();
      return kept;
    },
  };
}
