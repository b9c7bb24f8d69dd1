import { describe, expect, it } from 'vitest';
import { manifest } from './manifest.ts';
import { setUp } from './setting.ts';

const subscribedTo = (bot_events: string[]) => ({
  ...manifest,
  settings: { ...manifest.settings, event_subscriptions: { bot_events } },
});

describe('events', () => {
  it('come in an envelope that names the installation', async () => {
    const { workspace, app, shop } = await setUp();
    const said = workspace
      .act('ada')
      .post('shop', '@mender please look at https://mender.example/F-1 and https://else.example');
    const requests = await app.until(2);
    const mention = requests.find(({ fields }) => fields.event.type === 'app_mention')?.fields;
    expect(mention).toEqual({
      type: 'event_callback',
      token: expect.any(String),
      team_id: workspace.teamId,
      context_team_id: workspace.teamId,
      context_enterprise_id: null,
      api_app_id: workspace.appId,
      event_id: expect.stringMatching(/^Ev/),
      event_time: expect.any(Number),
      event_context: expect.any(String),
      is_ext_shared_channel: false,
      authorizations: [
        {
          enterprise_id: null,
          team_id: workspace.teamId,
          user_id: workspace.botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      event: {
        type: 'app_mention',
        user: workspace.users.ada?.id,
        client_msg_id: expect.any(String),
        team: workspace.teamId,
        text: `<@${workspace.botUserId}> please look at <https://mender.example/F-1> and <https://else.example>`,
        ts: said.ts,
        event_ts: said.ts,
        channel: shop,
      },
    });
    const link = requests.find(({ fields }) => fields.event.type === 'link_shared')?.fields;
    expect(link.event).toMatchObject({
      channel: shop,
      message_ts: said.ts,
      links: [{ url: 'https://mender.example/F-1', domain: 'mender.example' }],
    });
  });

  it('come only from channels that the app is in, and only where it subscribed', async () => {
    const { workspace, app } = await setUp();
    const ada = workspace.act('ada');
    ada.post('platform', '@mender hello');
    ada.post('shop', 'hello');
    ada.react(ada.post('shop', 'look'), 'eyes');
    await workspace.settled();
    expect(app.received.map(({ fields }) => fields.event.type)).toEqual(['reaction_added']);
    expect(app.received[0]?.fields.event).toMatchObject({ user: ada.id, reaction: 'eyes', item: { type: 'message' } });
  });

  it('tell of messages, of the own ones too, of edits and removals', async () => {
    const { workspace, app, client, shop } = await setUp({ manifest: subscribedTo(['message.channels']) });
    workspace.act('ada').post('shop', 'hello');
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'one' });
    await client.chat.update({ channel: shop, ts, text: 'two' });
    await client.chat.delete({ channel: shop, ts });
    await workspace.settled();
    const events = app.received.map(({ fields }) => fields.event).sort((a, b) => a.event_ts - b.event_ts);
    expect(events).toMatchObject([
      { type: 'message', text: 'hello', channel_type: 'channel' },
      { type: 'message', text: 'one', bot_id: workspace.botId },
      { subtype: 'message_changed', message: { text: 'two' }, previous_message: { text: 'one' } },
      { subtype: 'message_deleted', deleted_ts: ts, previous_message: { text: 'two' } },
    ]);
  });
});

describe('an event that is not answered well', () => {
  it('comes again three times, as the same event, and says why', async () => {
    const { workspace, app } = await setUp();
    app.answer = () => ({ status: 500 });
    workspace.act('ada').post('shop', '@mender');
    await workspace.settled();
    const seen = app.received.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']]);
    expect(seen).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
    expect(new Set(app.received.map(({ body }) => body)).size).toBe(1);
  });

  it('comes again until it is answered, with its reason when that took too long', async () => {
    const { workspace, app } = await setUp({ ackTimeoutMs: 400 });
    app.answer = ({ headers }) => ({ afterMs: headers['x-slack-retry-num'] === undefined ? 700 : 0 });
    workspace.act('ada').post('shop', '@mender');
    await workspace.settled();
    expect(app.received.map(({ headers }) => headers['x-slack-retry-reason'])).toEqual([undefined, 'http_timeout']);
  });

  it('does not come again when the app says no', async () => {
    const { workspace, app } = await setUp();
    app.answer = () => ({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    workspace.act('ada').post('shop', '@mender');
    await workspace.settled();
    expect(app.received).toHaveLength(1);
  });

  it('waits a minute before its second retry, and no closing waits for it', async () => {
    const { workspace, app } = await setUp({ eventRetryDelaysMs: [10, 60_000, 300_000] });
    app.answer = () => ({ status: 500 });
    workspace.act('ada').post('shop', '@mender');
    await app.until(2);
    const before = Date.now();
    await workspace.close();
    expect(Date.now() - before).toBeLessThan(1000);
    expect(app.received).toHaveLength(2);
  });
});
