import { describe, expect, it } from 'vitest';
import type { FailureStatus } from '../../../lib/failure/failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { responsePlan } from '../../../lib/response/protocol.ts';
import type { Level } from '../../../lib/signal/signal.ts';

const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures' },
  owner: '@oncall',
  components: { shop: { channel: '#shop', owner: '@shop-team', recovery: { runner: 'demo', workTree: 'shop' } } },
  runners: { demo: {} },
});
const plan = (level: Level, status: FailureStatus, component = 'shop') =>
  responsePlan(policy, { level, status, component });

describe('what the protocol orders', () => {
  it.each([
    [1, 'none'],
    [2, 'quiet'],
    [3, 'mention'],
    [4, 'mention'],
    [5, 'mention'],
  ] as const)('level %i: card %s', (level, card) => {
    expect(plan(level, 'open').card).toBe(card);
  });

  it.each([
    [2, 'open', ['acknowledge', 'resolve']],
    [3, 'open', ['acknowledge', 'rollback', 'resolve']],
    [3, 'acknowledged', ['rollback', 'resolve']],
    [3, 'recovering', []],
    [3, 'resolved', ['reopen']],
    [4, 'open', ['acknowledge', 'resolve']],
    [5, 'acknowledged', ['resolve']],
  ] as const)('level %i, %s: %j', (level, status, buttons) => {
    expect(plan(level, status).buttons).toEqual(buttons);
  });

  it('offers a rollback only where a runner is set, and says why there is none', () => {
    expect(plan(3, 'open').recovery).toEqual({ strategy: 'rollback-and-retry', runner: 'demo' });
    expect(plan(3, 'open', 'unknown')).toMatchObject({
      buttons: ['acknowledge', 'resolve'],
      withoutRecovery: 'no-runner',
      channel: '#failures',
      owner: '@oncall',
    });
    expect(plan(4, 'open').withoutRecovery).toBe('needs-approval');
    expect(plan(2, 'open', 'unknown').withoutRecovery).toBeUndefined();
    expect(plan(5, 'resolved').withoutRecovery).toBeUndefined();
  });
});
