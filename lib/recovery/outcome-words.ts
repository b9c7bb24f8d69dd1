import { strategyName } from './strategy-names.ts';

/** How often a strategy was tried, and worked. */
export interface Tried {
  worked: number;
  tried: number;
}

/** "worked", "did not work", "worked 2 of 3 times": numbers only where there is something to count. */
export function workedWords({ worked, tried }: Tried): string {
  if (tried <= 1) return worked > 0 ? 'worked' : 'did not work';
  if (worked === tried) return `worked all ${tried} times`;
  return worked === 0 ? `did not work, tried ${tried} times` : `worked ${worked} of ${tried} times`;
}

/** "Rollback & retry worked 2 of 3 times" */
export function outcomeWords({ strategy, ...tried }: Tried & { strategy: string }): string {
  return `${strategyName(strategy)} ${workedWords(tried)}`;
}
