import { describe, expect, it } from 'vitest';
import { manifest } from './manifest.ts';
import { call, clientOf, setUp } from './setting.ts';

const refusedWith = (error: string) => expect.objectContaining({ data: expect.objectContaining({ ok: false, error }) });
const withScopes = (bot: string[]) => ({ ...manifest, oauth_config: { scopes: { bot } } });

describe('tokens and scopes', () => {
  it('says who the token is', async () => {
    const { client, workspace } = await setUp();
    expect(await client.auth.test()).toMatchObject({
      ok: true,
      team_id: workspace.teamId,
      user_id: workspace.botUserId,
      bot_id: workspace.botId,
      app_id: workspace.appId,
      user: 'mender',
    });
  });

  it('refuses no token and a wrong one', async () => {
    const { workspace } = await setUp();
    const bare = await fetch(`${workspace.apiUrl}auth.test`, { method: 'POST' });
    expect(await bare.json()).toMatchObject({ ok: false, error: 'not_authed' });
    await expect(clientOf(workspace, 'xoxb-wrong').auth.test()).rejects.toEqual(refusedWith('invalid_auth'));
  });

  it('takes the token in a form, and not in JSON', async () => {
    const { workspace } = await setUp();
    const form = await fetch(`${workspace.apiUrl}auth.test`, {
      method: 'POST',
      body: new URLSearchParams({ token: workspace.botToken }),
    });
    expect(await form.json()).toMatchObject({ ok: true });
    const json = await fetch(`${workspace.apiUrl}auth.test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: workspace.botToken }),
    });
    expect(await json.json()).toMatchObject({ error: 'not_authed' });
  });

  it('names the scope that is missing and those that are there', async () => {
    const { workspace } = await setUp({ manifest: withScopes(['channels:join', 'channels:read']) });
    const channel = workspace.channels.shop?.id;
    expect(await call(workspace, 'chat.postMessage', { channel, text: 'a' })).toEqual({
      ok: false,
      error: 'missing_scope',
      needed: 'chat:write',
      provided: 'channels:join,channels:read',
    });
    expect(await call(workspace, 'reactions.add', {})).toMatchObject({
      error: 'missing_scope',
      needed: 'reactions:write',
    });
  });

  it('asks for the scope of the kind of channel', async () => {
    const { client } = await setUp();
    await expect(client.conversations.list({ types: 'im' })).rejects.toEqual(
      expect.objectContaining({ data: expect.objectContaining({ error: 'missing_scope', needed: 'im:read' }) }),
    );
  });

  it('knows no method that it does not have', async () => {
    const { client } = await setUp();
    await expect(client.apiCall('chat.shout')).rejects.toEqual(refusedWith('unknown_method'));
  });

  it('answers what is not JSON, and what lacks an argument, with words', async () => {
    const { workspace } = await setUp();
    const broken = await fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.botToken}` },
      body: '{',
    });
    expect(await broken.json()).toEqual({ ok: false, error: 'invalid_json' });
    expect(await call(workspace, 'chat.postMessage', { text: 'a' })).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] missing required field: channel [json-pointer:]'] },
    });
  });

  it('does not read JSON where Slack reads forms only', async () => {
    const { workspace, shop } = await setUp();
    expect(await call(workspace, 'conversations.info', { channel: shop })).toMatchObject({
      error: 'invalid_arguments',
    });
  });
});

describe('people and groups', () => {
  it('lists them, with ids that are the same in every workspace', async () => {
    const first = await setUp();
    const second = await setUp();
    const { members = [] } = await first.client.users.list({});
    expect(members.map((user) => user.name)).toEqual(['ada', 'grace', 'linus', 'mei', 'omar', 'mender']);
    expect(members.map((user) => user.id)).toEqual(
      (await second.client.users.list({})).members?.map((user) => user.id),
    );
    const { user } = await first.client.users.info({ user: first.workspace.users.ada?.id ?? '' });
    expect(user).toMatchObject({ name: 'ada', real_name: 'Ada Okafor', is_bot: false });
    await expect(first.client.users.info({ user: 'U404' })).rejects.toEqual(refusedWith('user_not_found'));
  });

  it('tells who is in a group', async () => {
    const { client, workspace } = await setUp();
    const { usergroups = [] } = await client.usergroups.list({ include_users: true });
    const approvers = usergroups.find((group) => group.handle === 'approvers');
    const members = [workspace.users.grace?.id, workspace.users.omar?.id];
    expect(approvers?.users).toEqual(members);
    const { users } = await client.usergroups.users.list({ usergroup: approvers?.id ?? '' });
    expect(users).toEqual(members);
    await expect(client.usergroups.users.list({ usergroup: 'S404' })).rejects.toEqual(refusedWith('no_such_subteam'));
  });
});

describe('channels', () => {
  it('shows public channels, and hides a private one that the bot is not in', async () => {
    const { client, workspace } = await setUp();
    const { channels = [] } = await client.conversations.list({ types: 'public_channel,private_channel' });
    expect(channels.map((channel) => channel.name)).toEqual(['general', 'failures', 'shop', 'platform']);
    const hidden = workspace.channels.security?.id ?? '';
    await expect(client.conversations.info({ channel: hidden })).rejects.toEqual(refusedWith('channel_not_found'));
    await expect(client.conversations.join({ channel: hidden })).rejects.toEqual(refusedWith('channel_not_found'));
    await expect(client.chat.postMessage({ channel: hidden, text: 'a' })).rejects.toEqual(
      refusedWith('channel_not_found'),
    );
  });

  it('pages a list, and refuses a cursor that it never gave', async () => {
    const { client } = await setUp();
    const names: (string | undefined)[] = [];
    for await (const page of client.paginate('conversations.list', { limit: 3 })) {
      names.push(
        ...((page as unknown as { channels: { name: string }[] }).channels ?? []).map((channel) => channel.name),
      );
    }
    expect(names).toEqual(['general', 'failures', 'shop', 'platform']);
    await expect(client.conversations.list({ cursor: 'bm9wZQ==' })).rejects.toEqual(refusedWith('invalid_cursor'));
    await expect(client.conversations.list({ types: 'secret' })).rejects.toEqual(refusedWith('invalid_types'));
  });

  it('lets the bot join once, and says so the second time', async () => {
    const { client, workspace } = await setUp();
    const channel = workspace.channels.platform?.id ?? '';
    const before = await client.conversations.info({ channel, include_num_members: true });
    expect(before.channel).toMatchObject({ is_member: false, num_members: 3 });
    expect((await client.conversations.join({ channel })).channel?.is_member).toBe(true);
    expect(await client.conversations.join({ channel })).toMatchObject({ warning: 'already_in_channel' });
    const { members } = await client.conversations.members({ channel });
    expect(members).toHaveLength(4);
    expect(members).toContain(workspace.botUserId);
  });

  it('lets a person bring the bot into a private channel', async () => {
    const { client, workspace, app } = await setUp();
    const channel = workspace.channels.security?.id ?? '';
    expect(await workspace.act('grace').command('security', '/invite @mender')).toEqual({ ok: true });
    await client.chat.postMessage({ channel, text: 'a' });
    expect((await client.conversations.info({ channel })).channel).toMatchObject({ is_private: true, is_member: true });
    expect(workspace.act('omar').channel('security')).toMatchObject([{ text: 'a' }]);
    await expect(workspace.act('ada').command('security', '/invite @ada')).rejects.toThrow('channel_not_found');
    expect(app.received).toEqual([]);
  });

  it('takes nothing in an archived channel', async () => {
    const { client, workspace, shop } = await setUp();
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'a' });
    await workspace.act('ada').command('shop', '/archive');
    const user = workspace.users.ada?.id ?? '';
    const archived = refusedWith('is_archived');
    await expect(client.chat.postMessage({ channel: shop, text: 'b' })).rejects.toEqual(archived);
    await expect(client.chat.postEphemeral({ channel: shop, user, text: 'b' })).rejects.toEqual(archived);
    await expect(client.conversations.join({ channel: shop })).rejects.toEqual(archived);
    await expect(client.reactions.add({ channel: shop, timestamp: ts, name: 'eyes' })).rejects.toEqual(archived);
    expect((await client.conversations.history({ channel: shop })).messages).toHaveLength(1);
    const { channels } = await client.conversations.list({ exclude_archived: true });
    expect(channels?.map(({ name }) => name)).not.toContain('shop');
  });

  it('posts in any public channel with chat:write.public', async () => {
    const { client, workspace } = await setUp({
      manifest: withScopes(['channels:join', 'chat:write', 'chat:write.public']),
    });
    await client.chat.postMessage({ channel: workspace.channels.platform?.id ?? '', text: 'a' });
    expect(workspace.messages('platform')).toHaveLength(1);
  });

  it('opens one conversation with a person, and posts there by their id too', async () => {
    const { client, workspace } = await setUp();
    const ada = workspace.users.ada?.id ?? '';
    const opened = await client.conversations.open({ users: ada });
    expect(opened.channel?.id).toMatch(/^D/);
    expect(await client.conversations.open({ users: ada })).toMatchObject({
      already_open: true,
      channel: opened.channel,
    });
    const posted = await client.chat.postMessage({ channel: ada, text: 'hello' });
    expect(posted.channel).toBe(opened.channel?.id);
    expect(workspace.act('ada').channel(posted.channel ?? '')).toMatchObject([{ text: 'hello' }]);
    expect(
      workspace
        .act('omar')
        .screen()
        .channels.map(({ id }) => id),
    ).not.toContain(posted.channel);
    await expect(client.conversations.open({ users: 'U404' })).rejects.toEqual(refusedWith('user_not_found'));
    await expect(client.apiCall('conversations.open', {})).rejects.toEqual(refusedWith('users_list_not_supplied'));
  });
});

describe('blocks.validate and api.test', () => {
  it('judges blocks and views without a token', async () => {
    const { workspace } = await setUp();
    const validate = (args: object) => call(workspace, 'blocks.validate', args, 'none');
    expect(await validate({ blocks: [{ type: 'divider' }] })).toEqual({ ok: true });
    expect(await validate({ blocks: [{ type: 'poem' }] })).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: [{ pointer: '/blocks/0/type', code: 'invalid_blocks', message: 'unsupported type: poem' }],
    });
    expect(await validate({ view: { type: 'home', blocks: [{ type: 'alert' }] } })).toMatchObject({
      error: 'invalid_view',
    });
    expect(await validate({ message: { blocks: 1 } })).toMatchObject({ error: 'invalid_message' });
    expect(await validate({})).toMatchObject({ error: 'invalid_arguments' });
  });

  it('echoes a test', async () => {
    const { client } = await setUp();
    expect(await client.apiCall('api.test', { foo: 'bar' })).toMatchObject({ ok: true, args: { foo: 'bar' } });
    await expect(client.api.test({ error: 'my_error' })).rejects.toEqual(refusedWith('my_error'));
  });
});
