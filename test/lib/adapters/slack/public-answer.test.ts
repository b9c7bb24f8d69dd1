import { expect, it } from 'vitest';
import { memoryStores } from '../../../../lib/adapters/memory/stores.ts';
import { publicAnswer } from '../../../../lib/adapters/slack/public-answer.ts';
import { FailureId } from '../../../../lib/failure/ids.ts';
import { Policy } from '../../../../lib/policy/policy.ts';
import type { Readers } from '../../../../lib/report/may-quote.ts';
import { cardKey } from '../../../../lib/response/card-content.ts';
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
const policy = Policy.parse({ version: 1, channels: { default: '#failures' } });
const ports = (readers: Readers) => ({
  ...stores,
  policy,
  askChannel: async (wish: string) => (wish === '#failures' ? 'C0SECRET' : undefined),
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

/** A failure with a card in each of these channels, one an episode. */
async function shownIn(...channels: string[]): Promise<FailureId> {
  const failure = openFailure({ id: FailureId.parse(`F-00000${channels.length}`) });
  await stores.failures.open(failure, {});
  for (const [index, channel] of channels.entries()) {
    const episode = index + 1;
    const key = cardKey(channel, episode);
    await stores.failures.leaseCard(failure.id, key, { holder: 'me', until: 2, now: 1 });
    const permalink = `https://x.slack.com/archives/${channel}/p1`;
    const card = { channel, episode, place: { channel, ts: '1', permalink } };
    const shown = { shownVersion: 1, shownCount: 1, threadedVersion: 1, runMessages: {} };
    await stores.failures.saveCard(failure.id, key, { ...card, ...shown }, { holder: 'me' });
  }
  return failure.id;
}

it.each([
  ['has its card in a private channel', ['C0SECRET']],
  ['had its card there in an earlier episode', ['C0SECRET', 'C0GENERAL']],
  ['has no card yet, and belongs there', []],
])('only the asker sees it where it names a failure that %s', async (_, channels) => {
  const text = await shownIn(...channels);
  expect((await publicAnswer(ports('everybody'), { text }, asked)).response_type).toBe('ephemeral');
  const there = { ...asked, channel: 'C0SECRET' };
  expect((await publicAnswer(ports('everybody'), { text }, there)).response_type).toBe('in_channel');
});

it('the channel sees it where it names one whose cards all may read', async () => {
  const text = await shownIn('C0GENERAL', 'C0GENERAL', 'C0OPEN000');
  expect((await publicAnswer(ports('everybody'), { text }, asked)).response_type).toBe('in_channel');
});
