import { hash128 } from '../../signal/hash.ts';

/** A sparse vector of term weights: index = 32-bit hash of the term, value = damped frequency, normalised for length. */
export function sparseVector(terms: string[]): { indices: number[]; values: number[] } {
  const frequency = new Map<number, number>();
  for (const term of terms) {
    const index = Number.parseInt(hash128(term).slice(0, 8), 16);
    frequency.set(index, (frequency.get(index) ?? 0) + 1);
  }
  const weights = [...frequency].map(([index, count]) => [index, 1 + Math.log(count)] as const);
  const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
  return { indices: weights.map(([index]) => index), values: weights.map(([, weight]) => weight / length) };
}

/** Qdrant's point ids are numbers or UUIDs: the failure's own id, hashed, so that it is upserted in place. */
export function pointId(name: string): string {
  const hex = hash128(name);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
