import type { ComponentPolicy } from '../policy/policy.ts';
import type { Level, Signal } from '../signal/signal.ts';
import { type Evidence, gatherEvidence } from './evidence.ts';

export interface Grade {
  level: Level;
  /** Why, in words, strongest first; at most four. */
  reasons: string[];
}

/**
 * The level follows the evidence: the highest level that something clear speaks for (weight 2 and up), else the weighted
 * middle of the hints, else 2. The sender's claim is one hint; it moves a level by at most one step against clear evidence.
 */
export function gradeSignal(signal: Signal, component: ComponentPolicy): Grade {
  if (signal.kind === 'check-up')
    return { level: 2, reasons: ['somebody asked for a look; nothing is said to be broken'] };
  const evidence = gatherEvidence(signal, component);
  const clear = evidence.filter(({ weight }) => weight >= 2);
  const level = clear.length > 0 ? towardsClaim(highest(clear), signal.severity) : middle(evidence);
  return { level, reasons: reasonsFor(level, evidence) };
}

function highest(evidence: Evidence[]): Level {
  // A trivial cue beside a serious one says nothing; a serious one is never outvoted.
  return evidence.reduce<Level>((level, item) => Math.max(item.level, level) as Level, 1);
}

function towardsClaim(level: Level, claim: Level | undefined): Level {
  if (claim === undefined || claim === level) return level;
  return (claim > level ? Math.min(level + 1, claim) : Math.max(level - 1, claim)) as Level;
}

function middle(evidence: Evidence[]): Level {
  const weight = evidence.reduce((sum, item) => sum + item.weight, 0);
  if (weight === 0) return 2;
  return Math.round(evidence.reduce((sum, item) => sum + item.level * item.weight, 0) / weight) as Level;
}

function reasonsFor(level: Level, evidence: Evidence[]): string[] {
  const byStrength = [...evidence].sort(
    (a, b) => Math.abs(a.level - level) - Math.abs(b.level - level) || b.weight - a.weight,
  );
  const reasons = [...new Set(byStrength.map(({ because }) => because))].slice(0, 4);
  return reasons.length > 0 ? reasons : ['nothing in the text says how bad it is, so it starts as minor'];
}
