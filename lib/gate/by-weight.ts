import type { GateHolder } from './gate.ts';

const weights: Record<GateHolder['mode'], number> = { stop: 0, hold: 1, canary: 2, split: 3 };

/** What lets least through first. */
export function byWeight(one: GateHolder, other: GateHolder): number {
  return (
    weights[one.mode] - weights[other.mode] || one.scope.localeCompare(other.scope) || one.at.localeCompare(other.at)
  );
}
