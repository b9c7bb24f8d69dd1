import { describe, expect, it } from 'vitest';
import { setUp } from './setting.ts';

describe('a slash command', () => {
  it('reaches the app with all that Slack sends', async () => {
    const { workspace, app, shop } = await setUp();
    const ada = workspace.users.ada?.id;
    expect(await workspace.act('ada').command('shop', '/mend list  severity>=3 & more')).toEqual({ ok: true });
    expect(app.received[0]?.fields).toEqual({
      token: expect.any(String),
      team_id: workspace.teamId,
      team_domain: 'kintsugi-demo',
      channel_id: shop,
      channel_name: 'shop',
      user_id: ada,
      user_name: 'ada',
      command: '/mend',
      text: 'list  severity&gt;=3 &amp; more',
      api_app_id: workspace.appId,
      is_enterprise_install: 'false',
      response_url: expect.stringContaining(`${workspace.url}/hooks/commands/${workspace.teamId}/`),
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]+$/),
    });
  });

  it('turns names into ids only where the manifest asks for it', async () => {
    const { workspace, app, shop } = await setUp();
    const { users, userGroups } = workspace;
    const ada = workspace.act('ada');
    await ada.command('shop', '/mend @grace in #shop, ask @oncall and @nobody');
    await ada.command('shop', '/plain @grace in #shop');
    expect(app.received.map(({ fields }) => fields.text)).toEqual([
      `<@${users.grace?.id}|grace> in <#${shop}|shop>, ask <!subteam^${userGroups.oncall?.id}|@oncall> and @nobody`,
      '@grace in #shop',
    ]);
  });

  it('hides the name of a private channel', async () => {
    const { workspace, app } = await setUp();
    await workspace.act('grace').command('security', '/mend');
    expect(app.received[0]?.fields).toMatchObject({
      channel_id: workspace.channels.security?.id,
      channel_name: 'privategroup',
    });
  });

  it('shows a text answer to the person alone, and an in_channel answer to all', async () => {
    const { workspace, app } = await setUp();
    const [ada, grace] = [workspace.act('ada'), workspace.act('grace')];
    app.answer = () => ({ body: 'only you' });
    await ada.command('shop', '/mend');
    app.answer = () => ({ body: { response_type: 'in_channel', text: 'all of you' } });
    await ada.command('shop', '/mend');
    expect(ada.channel('shop').map(({ text }) => text)).toEqual(['only you', 'all of you']);
    expect(grace.channel('shop').map(({ text }) => text)).toEqual(['all of you']);
  });

  it.each([
    ['answers too late', { afterMs: 700 }, 'operation_timeout'],
    ['answers with an error', { status: 500 }, 'dispatch_failed'],
    ['answers broken JSON', { headers: { 'content-type': 'application/json' }, body: '{' }, 'invalid_command_response'],
    ['answers with bad blocks', { body: { blocks: [{ type: 'poem' }] } }, 'invalid_blocks'],
  ])('tells the person when the app %s', async (_, answer, error) => {
    const { workspace, app } = await setUp({ ackTimeoutMs: 400 });
    app.answer = () => answer;
    const ada = workspace.act('ada');
    const words = `/mend failed with the error "${error}"`;
    expect(await ada.command('shop', '/mend')).toEqual({ ok: false, error: words });
    expect(ada.notices()).toMatchObject([{ text: words }]);
    expect(workspace.act('grace').notices()).toEqual([]);
    expect(app.received).toHaveLength(1);
  });

  it('tells the person when nobody listens, or no such command exists', async () => {
    const { workspace, app } = await setUp({ appRequestUrl: () => 'http://127.0.0.1:1/' });
    const ada = workspace.act('ada');
    expect(await ada.command('shop', '/mend')).toMatchObject({
      error: '/mend failed with the error "dispatch_failed"',
    });
    expect(await ada.command('shop', '/brew')).toMatchObject({ error: '/brew is not a valid command.' });
    expect(app.received).toEqual([]);
  });
});

describe('a response_url', () => {
  const respond = async (url: string, body: unknown) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return response.ok ? text : { status: response.status, ...JSON.parse(text) };
  };

  it('works five times', async () => {
    const { workspace, app } = await setUp();
    await workspace.act('ada').command('shop', '/mend');
    const url = app.received[0]?.fields.response_url;
    for (let i = 1; i <= 5; i++) expect(await respond(url, { text: `${i}` })).toBe('ok');
    expect(await respond(url, { text: '6' })).toEqual({ status: 404, ok: false, error: 'used_url' });
    expect(
      workspace
        .act('ada')
        .ephemerals()
        .map(({ text }) => text),
    ).toEqual(['1', '2', '3', '4', '5']);
  });

  it('works for thirty minutes', async () => {
    const { workspace, app, clock } = await setUp();
    await workspace.act('ada').command('shop', '/mend');
    const url = app.received[0]?.fields.response_url;
    clock.ahead = 29 * 60_000;
    expect(await respond(url, { text: 'in time' })).toBe('ok');
    clock.ahead = 31 * 60_000;
    expect(await respond(url, { text: 'late' })).toEqual({ status: 404, ok: false, error: 'expired_url' });
    expect(await respond(`${workspace.url}/hooks/commands/T1/1/guess`, { text: 'a' })).toMatchObject({ status: 404 });
  });

  it('posts to all where the bot is not a member, even more text than chat.postMessage takes', async () => {
    const { workspace, app } = await setUp();
    await workspace.act('mei').command('platform', '/mend');
    const blocks = Array.from({ length: 5 }, () => ({
      type: 'section',
      text: { type: 'mrkdwn', text: 'x'.repeat(2900) },
    }));
    const url = app.received[0]?.fields.response_url;
    expect(await respond(url, { response_type: 'in_channel', text: 'here', blocks })).toBe('ok');
    expect(workspace.act('omar').channel('platform')).toMatchObject([{ text: 'here', user: workspace.botUserId }]);
  });

  it('replaces and deletes the ephemeral message that a click came from', async () => {
    const { workspace, app } = await setUp();
    const ada = workspace.act('ada');
    const button = { type: 'button', text: { type: 'plain_text', text: 'Go' }, action_id: 'go' };
    const blocks = [{ type: 'actions', elements: [button] }];
    app.answer = ({ fields }) => (fields.command ? { body: { text: 'first', blocks } } : {});
    await ada.command('shop', '/mend');
    const [shown] = ada.ephemerals();
    await ada.click(shown ?? 'modal', 'Go');
    const click = app.received[1]?.fields;
    expect(click.container).toMatchObject({ is_ephemeral: true, message_ts: shown?.ts });
    expect(click.message).toBeUndefined();
    expect(await respond(click.response_url, { replace_original: true, text: 'second' })).toBe('ok');
    expect(ada.ephemerals()).toMatchObject([{ ts: shown?.ts, text: 'second' }]);
    expect(await respond(click.response_url, { delete_original: true })).toBe('ok');
    expect(ada.ephemerals()).toEqual([]);
  });

  it('replaces and deletes the message that a click came from, in front of all', async () => {
    const { workspace, app, client, shop } = await setUp();
    const element = { type: 'button' as const, text: { type: 'plain_text' as const, text: 'Go' } };
    const posted = await client.chat.postMessage({
      channel: shop,
      text: 'first',
      blocks: [{ type: 'actions', elements: [element] }],
    });
    await workspace.act('ada').click({ channel: shop, ts: posted.ts ?? '' }, 'Go');
    const url = app.received[0]?.fields.response_url;
    await respond(url, { text: 'psst' });
    await respond(url, { replace_original: true, text: 'second' });
    expect(workspace.act('grace').channel('shop')).toMatchObject([{ ts: posted.ts, text: 'second' }]);
    await respond(url, { delete_original: true });
    expect(workspace.act('grace').channel('shop')).toEqual([]);
    expect(workspace.act('ada').ephemerals()).toMatchObject([{ text: 'psst' }]);
  });

  it.each([
    ['no JSON', '{', 'invalid_payload'],
    ['nothing to say', {}, 'no_text'],
    ['bad blocks', { blocks: [{ type: 'poem' }] }, 'invalid_blocks'],
    ['an unknown response type', { response_type: 'loud', text: 'a' }, 'invalid_payload'],
  ])('refuses %s', async (_, body, error) => {
    const { workspace, app } = await setUp();
    await workspace.act('ada').command('shop', '/mend');
    expect(await respond(app.received[0]?.fields.response_url, body)).toMatchObject({ status: 400, error });
    expect(workspace.act('ada').ephemerals()).toEqual([]);
  });
});
