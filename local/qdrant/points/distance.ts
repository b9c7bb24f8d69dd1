import type { VectorParams } from '../wire/collections.ts';

type Distance = VectorParams['distance'];

/** Qdrant keeps vectors of a cosine collection at length one, and answers them so. */
export function prepareDense(vector: readonly number[], distance: Distance): number[] {
  const length = distance === 'Cosine' ? Math.hypot(...vector) : 1;
  return length === 0 || length === 1 ? [...vector] : vector.map((value) => value / length);
}

/** For the two distances the smaller is the better; for the two similarities the larger. */
export const better = (distance: Distance) =>
  distance === 'Euclid' || distance === 'Manhattan' ? 'smaller' : 'larger';

/** The score of two prepared vectors. */
export function scoreDense(distance: Distance, a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  switch (distance) {
    case 'Cosine':
    case 'Dot':
      for (let at = 0; at < a.length; at += 1) sum += (a[at] as number) * (b[at] as number);
      return sum;
    case 'Euclid':
      for (let at = 0; at < a.length; at += 1) sum += ((a[at] as number) - (b[at] as number)) ** 2;
      return Math.sqrt(sum);
    case 'Manhattan':
      for (let at = 0; at < a.length; at += 1) sum += Math.abs((a[at] as number) - (b[at] as number));
      return sum;
    default:
      return distance satisfies never;
  }
}
