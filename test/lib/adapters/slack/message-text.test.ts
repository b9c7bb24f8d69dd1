import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageText, peopleNamed, plainMrkdwn } from '../../../../lib/adapters/slack/messages/message-text.ts';
import { SlackMessage } from '../../../../lib/adapters/slack/messages/slack-message.ts';

const names: Record<string, string> = { U0ADA: 'Ada', U0GRACE: 'Grace' };
const nameOf = (user: string) => names[user];
const words = (message: object) => messageText(SlackMessage.parse({ ts: '1.1', ...message }), nameOf);

describe('the words of a message', () => {
  it.each([
    ['orders &lt;500&gt; &amp; more', 'orders <500> & more'],
    ['<@U0ADA> and <@U0NOBODY> and <@U0X|omar>', '@Ada and @U0NOBODY and @omar'],
    ['<#C0SHOP|shop>, <!subteam^S0ON|@oncall>, <!here>, <!channel>', '#shop, @oncall, @here, @channel'],
    ['<https://a.example/x|the log>, <https://a.example>', 'the log (https://a.example/x), https://a.example'],
    ['<mailto:a@b.example|a@b.example> <!date^1^{date}|today>', 'a@b.example today'],
    ['5 &lt; 6 &amp;&amp; 7 &gt; 6 <no markup>', '5 < 6 && 7 > 6 <no markup>'],
  ])('%s', (given, plain) => {
    expect(plainMrkdwn(given, nameOf)).toBe(plain);
  });

  it('are those of the blocks where there is no text', () => {
    const section = [
      { type: 'text', text: 'It ' },
      { type: 'text', text: 'failed', style: { bold: true } },
      { type: 'text', text: ' says ' },
      { type: 'user', user_id: 'U0GRACE' },
      { type: 'emoji', name: 'fire' },
    ];
    expect(
      words({
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'Alarm' } },
          { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: section }] },
          { type: 'section', fields: [{ type: 'mrkdwn', text: '*Host* &lt;web-1&gt;' }] },
          { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Mute' } }] },
          { type: 'of-next-year', text: 'new words' },
        ],
      }),
    ).toBe('Alarm\nIt failed says @Grace:fire:\n*Host* <web-1>\nnew words');
  });

  it('of a bot are what says more, with its attachments; files go by their names', () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'CPU of web-1 is at 100 %' } }];
    expect(
      words({
        bot_id: 'B1',
        text: 'New alarm',
        blocks,
        attachments: [{ title: 'CPU', fields: [{ title: 'State', value: 'ALARM' }] }, { fallback: 'see the graph' }],
        files: [{ name: 'graph.png' }, { title: 'log' }, {}],
      }),
    ).toBe('CPU of web-1 is at 100 %\nCPU\nState: ALARM\nsee the graph\nFiles: graph.png, log');
  });

  it('are empty where there are none', () => {
    expect(words({})).toBe('');
    expect(words({ text: null, blocks: [{ type: 'divider' }, null, 7], files: [{}] })).toBe('');
  });

  it('name whom it names', () => {
    const message = SlackMessage.parse({
      ts: '1.1',
      text: '<@U0ADA> <@U0ADA>',
      blocks: [{ type: 'rich_text', elements: [{ type: 'user', user_id: 'U0GRACE' }] }],
    });
    expect(peopleNamed(message)).toEqual(['U0ADA', 'U0GRACE']);
  });

  it('can be read of whatever Slack sends', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        const message = { text, blocks: [value], attachments: [{ fields: value, blocks: [value], text: value }] };
        expect(typeof words(message)).toBe('string');
      }),
    );
  });
});
