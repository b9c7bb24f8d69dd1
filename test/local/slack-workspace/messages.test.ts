import { describe, expect, it } from 'vitest';
import { call, setUp } from './setting.ts';

const refusedWith = (error: string) => expect.objectContaining({ data: expect.objectContaining({ ok: false, error }) });
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });

describe('chat.postMessage', () => {
  it('stores what was sent, and gives names to blocks that came without', async () => {
    const { client, workspace, shop } = await setUp();
    const blocks = [
      section('*hello*'),
      {
        type: 'actions' as const,
        elements: [{ type: 'button' as const, text: { type: 'plain_text' as const, text: 'Go' } }],
      },
    ];
    const metadata = { event_type: 'card', event_payload: { id: 'F-1', level: 3 } };
    const posted = await client.chat.postMessage({ channel: shop, text: 'hello', blocks, metadata });
    expect(posted.message).toMatchObject({
      bot_id: workspace.botId,
      user: workspace.botUserId,
      text: 'hello',
      metadata,
    });
    const [stored] = workspace.messages('shop');
    expect(stored).toMatchObject({ ts: posted.ts, text: 'hello', metadata });
    expect(stored?.blocks?.[0]).toMatchObject({ ...blocks[0], block_id: expect.any(String) });
    expect(stored?.blocks?.[1]).toMatchObject({ elements: [{ action_id: expect.any(String) }] });
  });

  it('gives every message its own later ts, however fast they come', async () => {
    const { client, workspace, shop } = await setUp();
    await Promise.all(Array.from({ length: 20 }, (_, i) => client.chat.postMessage({ channel: shop, text: `${i}` })));
    const stamps = workspace.messages('shop').map((message) => message.ts);
    expect(new Set(stamps).size).toBe(20);
    expect(stamps).toEqual([...stamps].sort());
  });

  it('refuses to post where the bot is not, and in a place that is not', async () => {
    const { client, workspace } = await setUp();
    const elsewhere = workspace.channels.platform?.id ?? '';
    await expect(client.chat.postMessage({ channel: elsewhere, text: 'a' })).rejects.toEqual(
      refusedWith('not_in_channel'),
    );
    for (const channel of ['C404', '#shop', 'shop']) {
      await expect(client.chat.postMessage({ channel, text: 'a' })).rejects.toEqual(refusedWith('channel_not_found'));
    }
  });

  it.each([
    ['nothing to read', {}, 'no_text'],
    ['blank text', { text: '  ' }, 'no_text'],
    ['blocks that are no list', { text: 'a', blocks: '{"type":"divider"}' }, 'invalid_blocks_format'],
    ['markdown and text', { text: 'a', markdown_text: 'b' }, 'markdown_text_conflict'],
    [
      '101 attachments',
      { text: 'a', attachments: Array.from({ length: 101 }, () => ({ text: 'a' })) },
      'too_many_attachments',
    ],
    ['metadata without payload', { text: 'a', metadata: { event_type: 'x' } }, 'invalid_metadata_format'],
    [
      'nested metadata',
      { text: 'a', metadata: { event_type: 'x', event_payload: { a: { b: 1 } } } },
      'invalid_metadata_format',
    ],
    [
      'large metadata',
      { text: 'a', metadata: { event_type: 'x', event_payload: { a: 'x'.repeat(8000) } } },
      'metadata_too_large',
    ],
    ['a thread of nothing', { text: 'a', thread_ts: '1.000001' }, 'thread_not_found'],
  ])('refuses %s, and stores nothing', async (_, args, error) => {
    const { workspace, shop } = await setUp();
    expect(await call(workspace, 'chat.postMessage', { channel: shop, ...args })).toMatchObject({ ok: false, error });
    expect(workspace.messages('shop')).toEqual([]);
  });

  it('says what is wrong with a block, and where', async () => {
    const { workspace, shop } = await setUp();
    const header = { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } };
    const reason = 'must be less than 151 characters [json-pointer:/blocks/0/text/text]';
    expect(await call(workspace, 'chat.postMessage', { channel: shop, text: 'a', blocks: [header] })).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: [reason],
      response_metadata: { messages: [`[ERROR] ${reason}`] },
    });
  });

  it('refuses more text in all than Slack takes', async () => {
    const { client, shop } = await setUp();
    const blocks = Array.from({ length: 4 }, () => section('x'.repeat(2900)));
    await expect(client.chat.postMessage({ channel: shop, text: 'a', blocks })).rejects.toEqual(
      refusedWith('msg_blocks_too_long'),
    );
  });

  it('cuts text above 40,000 characters, and warns', async () => {
    const { client, workspace, shop } = await setUp();
    await client.chat.postMessage({ channel: shop, text: 'x'.repeat(40_000) });
    const cut = await client.chat.postMessage({ channel: shop, text: 'x'.repeat(40_001) });
    expect(cut.response_metadata?.warnings).toEqual(['message_truncated']);
    expect(workspace.messages('shop').map((message) => message.text.length)).toEqual([40_000, 40_000]);
  });

  it('records whom a post notifies, and that plain text names nobody', async () => {
    const { client, workspace, shop } = await setUp();
    const { ada, grace, linus, omar } = workspace.users;
    const group = workspace.userGroups.approvers?.id;
    const notifiedBy = async (content: { text: string; blocks?: object[] }) => {
      await client.chat.postMessage({ channel: shop, ...content } as never);
      return new Set(workspace.messages('shop').at(-1)?.notified);
    };
    expect(await notifiedBy({ text: `<@${ada?.id}> look` })).toEqual(new Set([ada?.id]));
    expect(await notifiedBy({ text: 'look', blocks: [section(`<!subteam^${group}|@approvers>`)] })).toEqual(
      new Set([grace?.id, omar?.id]),
    );
    expect(await notifiedBy({ text: '<!channel>' })).toEqual(new Set([ada?.id, grace?.id, linus?.id]));
    const escaped = `&lt;@${ada?.id}&gt;`;
    const plain = { type: 'section', text: { type: 'plain_text', text: `<@${ada?.id}> <!here>` } };
    const rich = {
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: '<!channel>' }] }],
    };
    expect(await notifiedBy({ text: escaped, blocks: [plain, rich] })).toEqual(new Set());
    const named = {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: ada?.id }] }],
    };
    expect(await notifiedBy({ text: 'look', blocks: [named] })).toEqual(new Set([ada?.id]));
  });
});

describe('threads', () => {
  it('keeps replies out of the channel, and counts them at their parent', async () => {
    const { client, workspace, shop } = await setUp();
    const { ts: parent = '' } = await client.chat.postMessage({ channel: shop, text: 'parent' });
    const reply = await client.chat.postMessage({ channel: shop, text: 'reply', thread_ts: parent });
    await client.chat.postMessage({ channel: shop, text: 'shown', thread_ts: parent, reply_broadcast: true });
    const { messages = [] } = await client.conversations.history({ channel: shop });
    expect(messages.map((message) => message.text)).toEqual(['shown', 'parent']);
    expect(messages[1]).toMatchObject({ thread_ts: parent, reply_count: 2, reply_users: [workspace.botUserId] });
    const thread = await client.conversations.replies({ channel: shop, ts: parent });
    expect(thread.messages?.map((message) => message.text)).toEqual(['parent', 'reply', 'shown']);
    await expect(client.chat.postMessage({ channel: shop, text: 'a', thread_ts: reply.ts ?? '' })).rejects.toEqual(
      refusedWith('cannot_reply_to_message'),
    );
    await expect(client.conversations.replies({ channel: shop, ts: '1.000001' })).rejects.toEqual(
      refusedWith('thread_not_found'),
    );
  });

  it('pages history and replies whole, newest channel posts first', async () => {
    const { client, shop } = await setUp();
    const { ts: parent = '' } = await client.chat.postMessage({ channel: shop, text: 'parent' });
    for (let i = 0; i < 7; i++) await client.chat.postMessage({ channel: shop, text: `reply ${i}`, thread_ts: parent });
    for (let i = 0; i < 7; i++) await client.chat.postMessage({ channel: shop, text: `post ${i}` });
    const read = async (method: string, args: object) => {
      const texts: string[] = [];
      for await (const page of client.paginate(method, { channel: shop, limit: 3, ...args })) {
        const { messages } = page as unknown as { messages: { text: string }[] };
        texts.push(...messages.map((message) => message.text).filter((text) => text !== 'parent'));
      }
      return texts;
    };
    expect(await read('conversations.history', {})).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `post ${i}`));
    expect(await read('conversations.replies', { ts: parent })).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `reply ${i}`));
  });

  it('shows metadata only to who asks, and bounds only when told to include them', async () => {
    const { client, shop } = await setUp();
    const metadata = { event_type: 'card', event_payload: { token: 'abc' } };
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'a', metadata });
    const history = (more: object) => client.conversations.history({ channel: shop, ...more });
    expect((await history({})).messages?.[0]?.metadata).toBeUndefined();
    expect((await history({ include_all_metadata: true })).messages?.[0]?.metadata).toEqual(metadata);
    expect((await history({ oldest: ts })).messages).toEqual([]);
    expect((await history({ oldest: ts, latest: ts, inclusive: true })).messages).toHaveLength(1);
    await expect(history({ oldest: 'yesterday' })).rejects.toEqual(refusedWith('invalid_ts_oldest'));
    await expect(history({ cursor: 'x' })).rejects.toEqual(refusedWith('invalid_cursor'));
  });

  it('does not read a channel that the bot is not in', async () => {
    const { client, workspace } = await setUp();
    await expect(client.conversations.history({ channel: workspace.channels.platform?.id ?? '' })).rejects.toEqual(
      refusedWith('not_in_channel'),
    );
  });
});

describe('chat.update and chat.delete', () => {
  it('replaces blocks without a mark, and marks an edit by text alone, which removes them', async () => {
    const { client, workspace, shop } = await setUp();
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'one', blocks: [section('one')] });
    await client.chat.update({ channel: shop, ts, text: 'two', blocks: [section('two')] });
    expect(workspace.messages('shop')[0]).toMatchObject({ text: 'two', blocks: [{ text: { text: 'two' } }] });
    expect(workspace.messages('shop')[0]?.edited).toBeUndefined();
    await client.chat.update({ channel: shop, ts, text: 'three' });
    expect(workspace.messages('shop')[0]).toMatchObject({ text: 'three', edited: { user: workspace.botUserId } });
    expect(workspace.messages('shop')[0]?.blocks).toBeUndefined();
  });

  it('notifies nobody by an edit', async () => {
    const { client, workspace, shop } = await setUp();
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'quiet' });
    await client.chat.update({ channel: shop, ts, text: '<!channel>' });
    expect(workspace.messages('shop')[0]).toMatchObject({ mentions: { broadcasts: ['channel'] }, notified: [] });
  });

  it('takes 4,000 characters and refuses one more', async () => {
    const { client, workspace, shop } = await setUp();
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'a' });
    await client.chat.update({ channel: shop, ts, text: '🏺'.repeat(4000) });
    await expect(client.chat.update({ channel: shop, ts, text: 'x'.repeat(4001) })).rejects.toEqual(
      refusedWith('msg_too_long'),
    );
    expect([...(workspace.messages('shop')[0]?.text ?? '')]).toHaveLength(4000);
  });

  it('changes and deletes only what the app wrote, and only what is there', async () => {
    const { client, workspace, shop } = await setUp();
    const mine = workspace.act('ada').post('shop', 'mine');
    await expect(client.chat.update({ channel: shop, ts: mine.ts, text: 'b' })).rejects.toEqual(
      refusedWith('cant_update_message'),
    );
    await expect(client.chat.delete({ channel: shop, ts: mine.ts })).rejects.toEqual(
      refusedWith('cant_delete_message'),
    );
    await expect(client.chat.update({ channel: shop, ts: '1.000001', text: 'b' })).rejects.toEqual(
      refusedWith('message_not_found'),
    );
    await expect(client.chat.delete({ channel: shop, ts: '1.000001' })).rejects.toEqual(
      refusedWith('message_not_found'),
    );
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'a' });
    expect(await call(workspace, 'chat.update', { channel: shop, ts })).toMatchObject({ error: 'no_text' });
    await client.chat.delete({ channel: shop, ts });
    expect(workspace.messages('shop').map((message) => message.text)).toEqual(['mine']);
  });

  it('leaves a tombstone where a thread goes on', async () => {
    const { client, workspace, shop } = await setUp();
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'parent' });
    await client.chat.postMessage({ channel: shop, text: 'reply', thread_ts: ts });
    await client.chat.delete({ channel: shop, ts });
    const thread = await client.conversations.replies({ channel: shop, ts });
    expect(thread.messages).toMatchObject([{ subtype: 'tombstone' }, { text: 'reply' }]);
    await expect(client.chat.update({ channel: shop, ts, text: 'b' })).rejects.toEqual(
      refusedWith('message_not_found'),
    );
    expect(workspace.messages('shop')).toHaveLength(2);
  });

  it('links to a message, and to a reply in its thread', async () => {
    const { client, shop } = await setUp();
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'a' });
    const reply = await client.chat.postMessage({ channel: shop, text: 'b', thread_ts: ts });
    const { permalink } = await client.chat.getPermalink({ channel: shop, message_ts: reply.ts ?? '' });
    expect(permalink).toContain(`/archives/${shop}/p${reply.ts?.replace('.', '')}?thread_ts=${ts}&cid=${shop}`);
    await expect(client.chat.getPermalink({ channel: shop, message_ts: '1.000001' })).rejects.toEqual(
      refusedWith('message_not_found'),
    );
  });
});

describe('chat.postEphemeral', () => {
  it('is seen by one person, is in no history, and cannot be updated', async () => {
    const { client, workspace, shop } = await setUp();
    const user = workspace.users.ada?.id ?? '';
    const { message_ts: ts = '' } = await client.chat.postEphemeral({ channel: shop, user, text: 'psst' });
    expect(workspace.act('ada').channel('shop')).toMatchObject([{ text: 'psst', ephemeralTo: user }]);
    expect(workspace.act('grace').channel('shop')).toEqual([]);
    expect((await client.conversations.history({ channel: shop })).messages).toEqual([]);
    await expect(client.chat.update({ channel: shop, ts, text: 'b' })).rejects.toEqual(
      refusedWith('message_not_found'),
    );
  });

  it('refuses people and places that it cannot reach', async () => {
    const { client, workspace, shop } = await setUp();
    const [mei = '', ada = ''] = [workspace.users.mei?.id, workspace.users.ada?.id];
    const post = (channel: string, user: string, text = 'a') => client.chat.postEphemeral({ channel, user, text });
    await expect(post(shop, mei)).rejects.toEqual(refusedWith('user_not_in_channel'));
    await expect(post(workspace.channels.platform?.id ?? '', ada)).rejects.toEqual(refusedWith('not_in_channel'));
    await expect(post(shop, ada, 'x'.repeat(40_001))).rejects.toEqual(refusedWith('msg_too_long'));
  });
});

describe('reactions', () => {
  it('are added once and removed once', async () => {
    const { client, workspace, shop } = await setUp();
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'a' });
    const eyes = { channel: shop, timestamp: ts, name: 'eyes' };
    await client.reactions.add(eyes);
    await expect(client.reactions.add(eyes)).rejects.toEqual(refusedWith('already_reacted'));
    expect(workspace.messages('shop')[0]?.reactions).toEqual([{ name: 'eyes', users: [workspace.botUserId] }]);
    await client.reactions.remove(eyes);
    await expect(client.reactions.remove(eyes)).rejects.toEqual(refusedWith('no_reaction'));
    await expect(client.reactions.add({ ...eyes, timestamp: 'x' })).rejects.toEqual(refusedWith('bad_timestamp'));
  });
});
