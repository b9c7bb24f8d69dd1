import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

// Every recovery in every state, killed after every step, and every function killed after many a request: minutes, so `npm test`
// runs a sample of it. With it what else takes long: a bad day of Slack, a killed stack, what several people do in the browser.
export default defineConfig({
  test: {
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/compile-cache.ts'],
    env: { KINTSUGI_DESTRUCTIVE: 'whole' },
    include: [
      'test/destructive/*.test.ts',
      'test/chaos/*.test.ts',
      'test/browser/{approvals,storm,search,report,style,checklist}.test.ts',
      'test/runner/killed-runner.test.ts',
    ],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
