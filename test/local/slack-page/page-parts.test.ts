import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import type { PageMessage, PageState } from '../../../local/slack/page-api.ts';
import { problemsIn, stateValues } from '../../../local/slack/web/elements/state-values.ts';
import { mentionsMe } from '../../../local/slack/web/mentions.ts';
import { readPermalink, safeHref } from '../../../local/slack/web/text/safe-link.ts';
import { formatSlackDate } from '../../../local/slack/web/text/slack-date.ts';
import { applyEvent, startWorkspace } from '../../../local/slack/web/workspace.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(value), value });
const person = (id: string) => ({ id, name: id.toLowerCase(), realName: id, title: '', isBot: false });
const said = (ts: string, more: Partial<PageMessage> = {}): PageMessage => ({
  channel: 'C1',
  ts,
  user: 'U2',
  text: 'hello',
  ...more,
});

const page: PageState = {
  team: { id: 'T1', name: 'Team', domain: 'team' },
  user: person('U1'),
  users: [person('U1'), person('U2')],
  userGroups: [{ id: 'S1', handle: 'oncall', members: ['U1'] }],
  channels: [{ id: 'C1', name: 'general', isPrivate: false, topic: '', members: ['U1', 'U2'] }],
  messages: [said('2.000000'), said('1.000000')],
  modals: [],
  home: null,
  app: { id: 'A1', name: 'App', botUserId: 'U9', homeTab: true, commands: [], shortcuts: [] },
};

describe('state.values', () => {
  const blocks: KnownBlock[] = [
    {
      type: 'input',
      block_id: 'a',
      label: plain('A'),
      element: { type: 'plain_text_input', action_id: 'v', max_length: 5 },
    },
    {
      type: 'input',
      block_id: 'b',
      label: plain('B'),
      optional: true,
      element: { type: 'number_input', action_id: 'v', is_decimal_allowed: false },
    },
    {
      type: 'section',
      block_id: 'c',
      text: plain('C'),
      accessory: { type: 'static_select', action_id: 'v', initial_option: option('x'), options: [option('x')] },
    },
    { type: 'actions', block_id: 'd', elements: [{ type: 'button', action_id: 'go', text: plain('Go') }] },
  ];

  it('holds the initial value of every element that has one, and none for a button', () => {
    expect(stateValues(blocks, {})).toEqual({
      a: { v: { type: 'plain_text_input', value: null } },
      b: { v: { type: 'number_input', value: null } },
      c: { v: { type: 'static_select', selected_option: option('x') } },
    });
  });

  it('keeps what was typed when the view is updated, but not into an element of another type', () => {
    const typed = {
      a: { v: { type: 'plain_text_input', value: 'kept' } },
      b: { v: { type: 'plain_text_input', value: 'old' } },
      gone: {},
    };
    const values = stateValues(blocks, typed);
    expect(values.a?.v).toEqual({ type: 'plain_text_input', value: 'kept' });
    expect(values.b?.v).toEqual({ type: 'number_input', value: null });
    expect(values.gone).toBeUndefined();
  });

  it('names each field that must be mended, and passes what is right', () => {
    const given = (a: string | null, b: string | null) =>
      problemsIn(
        blocks,
        stateValues(blocks, {
          a: { v: { type: 'plain_text_input', value: a } },
          b: { v: { type: 'number_input', value: b } },
        }),
      );
    expect(given(null, null)).toEqual({ a: 'Please fill in this field.' });
    expect(given('far too long', '1.5')).toEqual({
      a: 'Please write at most 5 characters.',
      b: 'Please enter a whole number.',
    });
    expect(given('short', '-3')).toEqual({});
  });
});

describe('the state of the page', () => {
  it('keeps messages in order, edits one in place, and takes a deleted one away', () => {
    const texts = (events: Parameters<typeof applyEvent>[1][]) =>
      events.reduce(applyEvent, startWorkspace(page)).page.messages.map(({ ts, text }) => `${ts[0]} ${text}`);
    expect(texts([])).toEqual(['1 hello', '2 hello']);
    expect(texts([{ type: 'message', message: said('1.500000') }])).toEqual(['1 hello', '1 hello', '2 hello']);
    expect(texts([{ type: 'message', message: said('1.000000', { text: 'edited' }) }])).toEqual([
      '1 edited',
      '2 hello',
    ]);
    expect(texts([{ type: 'message_deleted', channel: 'C1', ts: '1.000000' }])).toEqual(['2 hello']);
  });

  it("never shows somebody else's ephemeral message", () => {
    const after = applyEvent(startWorkspace(page), {
      type: 'message',
      message: said('3.000000', { ephemeralTo: 'U2' }),
    });
    expect(after.page.messages).toHaveLength(2);
  });

  it('counts a mention in mrkdwn, rich text and groups, and none in plain text or code', () => {
    const block = (json: Record<string, unknown>) => mentionsMe(page, said('4.000000', { blocks: [json] }));
    expect(mentionsMe(page, said('4.000000', { text: 'hi <@U1>' }))).toBe(true);
    expect(mentionsMe(page, said('4.000000', { text: '*<!subteam^S1>*' }))).toBe(true);
    expect(mentionsMe(page, said('4.000000', { text: '`<!channel>` &lt;!channel&gt; <@U2>' }))).toBe(false);
    expect(
      block({
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: 'U1' }] }],
      }),
    ).toBe(true);
    expect(
      block({
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: '<!channel>' }] }],
      }),
    ).toBe(false);
    expect(block({ type: 'header', text: plain('<@U1>') })).toBe(false);
  });
});

describe('links and dates', () => {
  it('opens web and mail addresses only', () => {
    expect(safeHref('https://a.example/x')).toBe('https://a.example/x');
    expect(safeHref('mailto:a@b.example')).toBe('mailto:a@b.example');
    for (const bad of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      ' jAvAsCrIpT:alert(1)',
      'nothing',
    ]) {
      expect(safeHref(bad)).toBeUndefined();
    }
  });

  it('finds the message that a permalink names', () => {
    expect(readPermalink('http://127.0.0.1:3000/archives/C12/p1767600000000100?thread_ts=1767600000.000001')).toEqual({
      channel: 'C12',
      ts: '1767600000.000100',
      threadTs: '1767600000.000001',
    });
    expect(readPermalink('https://a.example/archives/')).toBeUndefined();
  });

  it("fills a date's tokens in the reader's own zone", () => {
    const now = new Date('2026-01-05T12:00:00Z');
    const at = Date.parse('2026-01-05T08:05:00Z') / 1000;
    expect(formatSlackDate(at, '{date_short_pretty} at {time}', now, 'Europe/Berlin')).toBe('Today at 9:05 AM');
    expect(formatSlackDate(at, '{date_num} {unknown}', now, 'Pacific/Auckland')).toBe('2026-01-05 {unknown}');
    expect(formatSlackDate(at - 86_400, '{date_short_pretty}', now, 'UTC')).toBe('Yesterday');
    expect(formatSlackDate(at, '{ago}', now, 'UTC')).toBe('3 hours ago');
  });
});
