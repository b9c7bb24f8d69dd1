import type { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { slackPlaces } from '../../../../lib/adapters/slack/places.ts';

describe('where failures are shown', () => {
  // Guards against a card in a channel where another organization reads.
  it('is never a channel that is shared with others, also when it is shared later', async () => {
    const clock = { now: 0 };
    const shared = new Set(['C0SHARED']);
    const client = {
      conversations: {
        list: async () => ({
          channels: [
            { id: 'C0SHARED', name: 'with-customer' },
            { id: 'C0OURS', name: 'ours' },
          ],
        }),
        info: async ({ channel }: { channel: string }) => ({ channel: { is_ext_shared: shared.has(channel) } }),
      },
    };
    const places = slackPlaces(client as unknown as WebClient, () => clock.now);
    for (const channel of ['#with-customer', 'C0SHARED'])
      expect(await places.channelId(channel)).toEqual({ kind: 'refused', code: 'externally_shared' });
    expect(await places.channelId('#ours')).toEqual({ kind: 'ok', value: 'C0OURS' });
    shared.add('C0OURS');
    clock.now += 6 * 60_000;
    expect(await places.channelId('C0OURS')).toEqual({ kind: 'refused', code: 'externally_shared' });
  });

  // Guards against a list of channels that takes longer than the function may run.
  it('is found in a very large workspace over several looks, each well within the time limit', async () => {
    const clock = { now: 0 };
    const pages = 12;
    const client = {
      conversations: {
        async list({ cursor = '0' }: { cursor?: string }) {
          clock.now += 3000;
          const next = Number(cursor) + 1;
          return {
            channels: [{ id: `C${cursor}`, name: `n${cursor}` }],
            response_metadata: { next_cursor: next < pages ? String(next) : '' },
          };
        },
        info: async () => ({ channel: {} }),
      },
    };
    const places = slackPlaces(client as unknown as WebClient, () => clock.now);
    const look = async (name: string) => {
      const start = clock.now;
      const said = await places.channelId(name);
      expect(clock.now - start).toBeLessThan(15_000);
      return said;
    };
    expect(await look('#n11')).toEqual({ kind: 'later', seconds: 1 });
    expect(await look('#n11')).toEqual({ kind: 'later', seconds: 1 });
    expect(await look('#n11')).toEqual({ kind: 'ok', value: 'C11' });
    clock.now += 61_000;
    expect((await look('#gone')).kind).toBe('later');
  });
});
