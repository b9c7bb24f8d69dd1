import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

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

// Minutes, so they run with the destructive suite.
const slow = [
  'test/chaos/{killed-stack,noise}.test.ts',
  'test/browser/{approvals,storm,search,report,style,checklist}.test.ts',
];

export default defineConfig({
  test: {
    // Most of the whole suite waits for processes and sockets: one worker more than the two cores it is meant for.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['test/compile-cache.ts'],
          setupFiles: ['test/repeatable.ts'],
          include: ['test/**/*.test.ts'],
          exclude: whole,
          // Pure functions and memory leave nothing behind for the next file.
          isolate: false,
          // None of them is about time: on a busy machine they only take longer.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'whole',
          globalSetup: ['test/compile-cache.ts'],
          setupFiles: ['test/repeatable.ts'],
          include: whole.map((folder) => `${folder}/*.test.ts`),
          exclude: slow,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
