import { expect, it } from 'vitest';
import { memoryStores } from '../../../../lib/adapters/memory/stores.ts';
import { publicAnswer } from '../../../../lib/adapters/slack/public-answer.ts';
import type { Readers } from '../../../../lib/report/may-quote.ts';
import { openFailure } from '../../../contracts/stores/samples.ts';

const asked = { by: 'U0ADA0ADA', channel: 'C0GENERAL', typed: 'list `--public` <!channel>' };
const answer = {
  text: 'Taken by <@U0GRACE00>',
  blocks: [
    {
      type: 'rich_text' as const,
      elements: [{ type: 'rich_text_section' as const, elements: [{ type: 'user' as const, user_id: 'U0GRACE00' }] }],
    },
  ],
};
const stores = memoryStores();
const ports = (readers: Readers) => ({
  ...stores,
  askReaders: async (channel: string) => (channel === 'C0SECRET' ? ('private' as const) : readers),
  askNames: async () =>
    new Map([
      ['U0ADA0ADA', 'Ada <3'],
      ['U0GRACE00', 'Grace'],
    ]),
});

it.each(['everybody', 'private'] as const)(
  'the channel sees it where %s reads, by name and without a ring',
  async (readers) => {
    const { response_type, text, blocks } = await publicAnswer(ports(readers), answer, asked);
    expect(response_type).toBe('in_channel');
    expect(text).toBe('Taken by Grace');
    expect(JSON.stringify(blocks)).toContain("Ada &lt;3 asked: `/failure list '--public' &lt;!channel&gt;`");
    expect(JSON.stringify(blocks)).toContain('"Grace"');
    expect(JSON.stringify(blocks)).not.toMatch(/<[@!]|user_id/);
  },
);

it.each([
  ['other-organizations', 'other organizations'],
  ['unknown', 'not in this channel'],
] as const)('only the asker sees it where the readers are %s, and learns why', async (readers, why) => {
  const { response_type, blocks } = await publicAnswer(ports(readers), answer, asked);
  expect(response_type).toBe('ephemeral');
  expect(JSON.stringify(blocks)).toContain(why);
});

it('only the asker sees it where it names a failure whose card is in a private channel', async () => {
  const failure = openFailure();
  await stores.failures.open(failure, {});
  const [key, lease] = ['C0SECRET#1', { holder: 'me', until: 2, now: 1 }];
  await stores.failures.leaseCard(failure.id, key, lease);
  const permalink = 'https://x.slack.com/archives/C0SECRET/p1';
  const card = { channel: 'C0SECRET', episode: 1, place: { channel: 'C0SECRET', ts: '1', permalink } };
  const shown = { shownVersion: 1, shownCount: 1, threadedVersion: 1, runMessages: {} };
  await stores.failures.saveCard(failure.id, key, { ...card, ...shown }, { holder: 'me' });
  const named = { text: failure.id };
  expect((await publicAnswer(ports('everybody'), named, asked)).response_type).toBe('ephemeral');
  const there = { ...asked, channel: 'C0SECRET' };
  expect((await publicAnswer(ports('everybody'), named, there)).response_type).toBe('in_channel');
});
