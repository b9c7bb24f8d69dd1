import { readFileSync } from 'node:fs';

/** The eight steps of docs/journey-of-a-failure.md; the tests bear the same titles. */
export const steps = [
  '1. A command fails, and its signal is sent',
  '2. The signal is counted, and its failure opens',
  '3. The card is posted, and memory is asked',
  '4. Somebody takes it',
  '5. Somebody presses Rollback & retry',
  '6. Offer, ready, go',
  '7. The result resolves it, and is remembered',
  '8. It happens again, and the new card remembers',
] as const;
export type Step = (typeof steps)[number];

export function stepsOfTheDocument(): string[] {
  const text = readFileSync(new URL('../../docs/journey-of-a-failure.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^## (\d+\. .+)$/gm)].map(([, title = '']) => title);
}
