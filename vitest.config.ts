import { defineConfig } from 'vitest/config';

// `unit` is the two-second loop: no server, no process. Everything that starts one is `whole`.
const whole = [
  'test/contracts/**',
  'test/local/**',
  'test/runner/**',
  'test/package/**',
  'test/journey/**',
  'test/chaos/**',
  'test/destructive/**',
  'test/browser/**',
];

export default defineConfig({
  test: {
    // Most of the whole suite waits for processes and sockets: one worker more than the two cores it is meant for.
    maxWorkers: 3,
    projects: [
      { test: { name: 'unit', setupFiles: ['test/repeatable.ts'], include: ['test/**/*.test.ts'], exclude: whole } },
      {
        test: {
          name: 'whole',
          setupFiles: ['test/repeatable.ts'],
          include: whole.map((folder) => `${folder}/*.test.ts`),
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
