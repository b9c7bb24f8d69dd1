import { describe, expect, it } from 'vitest';
import { createRateLimits, type RateLimitOption, type Tier } from '../../../local/slack/api/state/rate-limits.ts';
import { call, setUp } from './setting.ts';

/** How many of so many calls at once are let through. */
function limits(option: RateLimitOption = 'slack') {
  let now = 0;
  const rateLimits = createRateLimits(option, () => now);
  return {
    allowed(calls: number, tier: Tier, channel?: string) {
      const taken = Array.from({ length: calls }, () => rateLimits.take({ method: `m${tier}`, tier, channel }));
      return taken.filter((refusal) => refusal === undefined).length;
    },
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
    take: (tier: Tier, channel?: string) => rateLimits.take({ method: `m${tier}`, tier, channel }),
  };
}

describe('rate limits', () => {
  it.each([
    [1, 1],
    [2, 20],
    [3, 50],
    [4, 100],
  ] as const)('let tier %i make %i calls a minute, and one each time the bucket fills again', (tier, perMinute) => {
    const { allowed, wait, take } = limits();
    expect(allowed(perMinute + 5, tier)).toBe(perMinute);
    const refusal = take(tier);
    expect(refusal?.retryAfterSeconds).toBe(Math.ceil(60 / perMinute));
    wait(refusal?.retryAfterSeconds ?? 0);
    expect(take(tier)).toBeUndefined();
    wait(60);
    expect(allowed(perMinute + 5, tier)).toBe(perMinute);
  });

  it('let a short burst of posts through, then one a second and channel', () => {
    const { allowed, wait } = limits();
    expect(allowed(10, 'post', 'C1')).toBe(5);
    expect(allowed(10, 'post', 'C2')).toBe(5);
    wait(1);
    expect(allowed(10, 'post', 'C1')).toBe(1);
  });

  it('hold all channels together to some hundreds of posts a minute', () => {
    const { allowed } = limits();
    const inAll = Array.from({ length: 100 }, (_, i) => allowed(5, 'post', `C${i}`)).reduce((a, b) => a + b);
    expect(inAll).toBe(300);
  });

  it('are scaled, or switched off, for tests', () => {
    expect(limits({ timesSlack: 10 }).allowed(1000, 3)).toBe(500);
    expect(limits('off').allowed(1000, 1)).toBe(1000);
  });

  it('answer 429 with Retry-After, for that method alone', async () => {
    const { workspace, client, shop } = await setUp({ rateLimits: 'slack' });
    for (let i = 0; i < 5; i++) await client.chat.postMessage({ channel: shop, text: `${i}` });
    const refused = await fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.botToken}` },
      body: new URLSearchParams({ channel: shop, text: 'one too many' }),
    });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({ ok: false, error: 'ratelimited' });
    await expect(client.chat.postMessage({ channel: shop, text: 'a' })).rejects.toMatchObject({ retryAfter: 1 });
    expect(workspace.messages('shop')).toHaveLength(5);
    expect(await call(workspace, 'conversations.history', { channel: shop })).toMatchObject({ ok: true });
  });
});
