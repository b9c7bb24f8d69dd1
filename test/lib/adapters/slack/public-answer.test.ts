import { expect, it } from 'vitest';
import { publicAnswer } from '../../../../lib/adapters/slack/public-answer.ts';
import type { Readers } from '../../../../lib/report/may-quote.ts';

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
const ports = (readers: Readers) => ({
  askReaders: async () => readers,
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
