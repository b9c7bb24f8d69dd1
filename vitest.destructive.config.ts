import { defineConfig } from 'vitest/config';

// Every recovery in every state, killed after every step: minutes, so `npm test` runs a sample of it.
export default defineConfig({
  test: {
    maxWorkers: 3,
    env: { KINTSUGI_DESTRUCTIVE: 'whole' },
    include: ['test/destructive/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
