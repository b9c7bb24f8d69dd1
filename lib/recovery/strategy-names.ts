import { Strategy } from './run.ts';

const names: Record<Strategy, string> = { 'rollback-and-retry': 'Rollback & retry' };

/** What people call a strategy; what an older or newer version wrote is shown as it stands. */
export function strategyName(strategy: string): string {
  const known = Strategy.safeParse(strategy);
  return known.success ? names[known.data] : strategy;
}
