import { expect, it } from 'vitest';
import { rankWorkarounds } from '../../../lib/recovery/rank-workarounds.ts';
import type { RecoveryRun } from '../../../lib/recovery/run.ts';

const known = [{ title: 'By hand' }, { title: 'Cache', action: 'cache' }, { title: 'Reboot', action: 'reboot' }];
const run = (action: string, state: 'succeeded' | 'failed' | 'cancelled', dryRun = false) =>
  ({ strategy: 'workaround', order: { action }, state, dryRun, startedAt: '2026-05-04T10:00:00Z' }) as RecoveryRun;

it('puts first what worked most often, and what mostly failed behind what was never tried', () => {
  const runs = [run('reboot', 'succeeded'), run('reboot', 'succeeded'), run('cache', 'failed')];
  expect(rankWorkarounds(known, runs).map(({ title, worked, tried }) => [title, worked, tried])).toEqual([
    ['Reboot', 2, 2],
    ['By hand', 0, 0],
    ['Cache', 0, 1],
  ]);
});

it('counts neither dry runs, nor what was cancelled or never begun, nor other strategies, and keeps policy’s order among equals', () => {
  const runs = [
    run('cache', 'succeeded', true),
    run('cache', 'cancelled'),
    { ...run('cache', 'succeeded'), strategy: 'clean' } as RecoveryRun,
    { ...run('cache', 'failed'), untouched: true } as RecoveryRun,
    { ...run('reboot', 'failed'), startedAt: undefined } as RecoveryRun,
  ];
  const ranked = rankWorkarounds(known, runs);
  expect(ranked.map(({ title }) => title)).toEqual(['By hand', 'Cache', 'Reboot']);
  expect(ranked.every(({ tried }) => tried === 0)).toBe(true);
});
