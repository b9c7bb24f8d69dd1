import { Strategy } from './run.ts';
import { strategies } from './strategies.ts';

/** What people call a strategy; what an older or newer version wrote is shown as it stands. */
export function strategyName(strategy: string): string {
  const known = Strategy.safeParse(strategy);
  return known.success ? strategies[known.data].name : strategy;
}
