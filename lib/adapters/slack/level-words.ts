import { criteria } from '../../severity/criteria.ts';
import type { Level } from '../../signal/signal.ts';

export const levelIcon: Record<Level, string> = { 1: '⚪', 2: '🟡', 3: '🟠', 4: '🔴', 5: '🚨' };

export function levelName(level: Level): string {
  return criteria[level].name;
}
