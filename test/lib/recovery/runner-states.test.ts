import { expect, it } from 'vitest';
import { quietMs, runnerStates } from '../../../lib/recovery/runner-states.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const heard = (runner: string, agoMs: number) => ({
  version: 1 as const,
  kind: 'presence' as const,
  runner,
  at: now.toISOString(),
  release: '1.0.0',
  host: 'host',
  startedAt: now.toISOString(),
  abilities: {},
  actions: {},
  heardAt: new Date(now.getTime() - agoMs).toISOString(),
});
const key = 'A'.repeat(60);

it('puts first who is silent or was never heard, then who is there, then who is not declared any more', () => {
  const policy = { runners: { here: { publicKey: key }, mute: { publicKey: key }, fresh: {} } };
  const known = [heard('here', quietMs), heard('mute', quietMs + 1), heard('gone', 0)];
  expect(runnerStates(policy, known, now).map(({ name, state, hasKey }) => [name, state, hasKey])).toEqual([
    ['mute', 'quiet', true],
    ['fresh', 'never', false],
    ['here', 'here', true],
    ['gone', 'gone', false],
  ]);
});
