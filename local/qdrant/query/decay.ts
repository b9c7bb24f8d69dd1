import { failedValidation } from '../errors.ts';
import type { DecayParams } from '../wire/formula.ts';

export type DecayKind = 'lin' | 'exp' | 'gauss';

/** How a value fades with its distance from the target: 1 at the target, `midpoint` (0.5) one `scale` (1) away from it. */
export function decayOf(
  kind: DecayKind,
  { midpoint: middle, scale: width }: DecayParams,
): (distance: number) => number {
  const midpoint = middle ?? 0.5;
  const scale = width ?? 1;
  if (kind === 'lin' && (midpoint < 0 || midpoint > 1)) {
    throw failedValidation(`Linear decay midpoint should be in the range [0.0, 1.0], got ${midpoint}.`);
  }
  if (kind !== 'lin' && (midpoint <= 0 || midpoint >= 1)) {
    throw failedValidation(`Decay midpoint should be in the range (0.0, 1.0), got ${midpoint}.`);
  }
  if (scale <= 0) throw failedValidation(`Decay scale should be non-zero positive, got ${scale}.`);
  switch (kind) {
    case 'lin':
      return (distance) => Math.max(0, 1 - ((1 - midpoint) / scale) * Math.abs(distance));
    case 'exp':
      return (distance) => Math.exp((Math.log(midpoint) / scale) * Math.abs(distance));
    case 'gauss':
      return (distance) => Math.exp((Math.log(midpoint) / scale ** 2) * distance * distance);
    default:
      return kind satisfies never;
  }
}
