import type { KnownBlock, View } from '@slack/types';
import { describe, expect, it } from 'vitest';
import type { AppAnswer, Received } from './app.ts';
import { type Setting, setUp } from './setting.ts';

const refusedWith = (error: string) => expect.objectContaining({ data: expect.objectContaining({ ok: false, error }) });
const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(value.toUpperCase()), value });

const card: KnownBlock[] = [
  { type: 'section', block_id: 'head', text: { type: 'mrkdwn', text: 'broken' } },
  {
    type: 'actions',
    block_id: 'buttons',
    elements: [
      { type: 'button', action_id: 'ack', text: plain('Acknowledge'), value: 'F-1', style: 'primary' },
      {
        type: 'static_select',
        action_id: 'level',
        options: [option('low'), option('high')],
        initial_option: option('low'),
      },
      { type: 'overflow', action_id: 'more', options: [option('export')] },
    ],
  },
];
const form = (more: Partial<View> = {}): View =>
  ({
    type: 'modal',
    callback_id: 'report',
    title: plain('Report'),
    submit: plain('Send'),
    private_metadata: 'shop',
    blocks: [
      {
        type: 'input',
        block_id: 'what',
        label: plain('What'),
        element: { type: 'plain_text_input', action_id: 'words', min_length: 3, max_length: 10 },
      },
      {
        type: 'input',
        block_id: 'level',
        label: plain('Level'),
        optional: true,
        element: { type: 'static_select', action_id: 'pick', options: [option('low'), option('high')] },
      },
    ],
    ...more,
  }) as View;

async function withCard(options: Parameters<typeof setUp>[0] = {}) {
  const setting = await setUp(options);
  const metadata = { event_type: 'card', event_payload: { id: 'F-1' } };
  const { ts = '' } = await setting.client.chat.postMessage({
    channel: setting.shop,
    text: 'broken',
    blocks: card,
    metadata,
  });
  return { ...setting, place: { channel: setting.shop, ts } };
}

/** Opens the form for ada through a shortcut, and answers what is submitted as the test says. */
async function withForm(
  onSubmit: (request: Received) => AppAnswer | Promise<AppAnswer>,
  view = form(),
  ackTimeoutMs = 2000,
) {
  const setting = await setUp({ ackTimeoutMs });
  setting.app.answer = async (request) => {
    if (request.fields.type === 'view_submission') return onSubmit(request);
    if (request.fields.type === 'shortcut')
      await setting.client.views.open({ trigger_id: request.fields.trigger_id, view });
    return {};
  };
  const ada = setting.workspace.act('ada');
  await ada.shortcut('report');
  return { ...setting, ada };
}

describe('a click on a message', () => {
  it('reaches the app with the whole message, its metadata and what is chosen in it', async () => {
    const { workspace, app, shop, place } = await withCard();
    const ada = workspace.users.ada?.id;
    expect(await workspace.act('ada').click(place, 'Acknowledge')).toEqual({ ok: true });
    expect(app.received[0]?.fields).toEqual({
      type: 'block_actions',
      user: { id: ada, username: 'ada', name: 'ada', team_id: workspace.teamId },
      api_app_id: workspace.appId,
      token: expect.any(String),
      team: { id: workspace.teamId, domain: 'kintsugi-demo' },
      enterprise: null,
      is_enterprise_install: false,
      container: { type: 'message', message_ts: place.ts, channel_id: shop, is_ephemeral: false },
      trigger_id: expect.any(String),
      response_url: expect.stringContaining('/hooks/actions/'),
      channel: { id: shop, name: 'shop' },
      message: expect.objectContaining({
        type: 'message',
        ts: place.ts,
        text: 'broken',
        blocks: card,
        bot_id: workspace.botId,
        metadata: { event_type: 'card', event_payload: { id: 'F-1' } },
      }),
      state: { values: { buttons: { level: { type: 'static_select', selected_option: option('low') } } } },
      actions: [
        {
          type: 'button',
          action_id: 'ack',
          block_id: 'buttons',
          text: plain('Acknowledge'),
          style: 'primary',
          value: 'F-1',
          action_ts: expect.any(String),
        },
      ],
    });
  });

  it('carries what was chosen in a menu, in the action and in the state', async () => {
    const { workspace, app, place } = await withCard();
    const ada = workspace.act('ada');
    await ada.choose(place, 'level', 'high');
    await ada.choose(place, 'more', 'export');
    expect(app.received[0]?.fields).toMatchObject({
      actions: [{ type: 'static_select', action_id: 'level', selected_option: option('high') }],
      state: { values: { buttons: { level: { selected_option: option('high') } } } },
    });
    expect(app.received[1]?.fields.actions).toMatchObject([{ type: 'overflow', selected_option: option('export') }]);
  });

  it('warns the person at the button when the app fails, and is not tried again', async () => {
    const { workspace, app, place } = await withCard({ ackTimeoutMs: 400 });
    const ada = workspace.act('ada');
    app.answer = () => ({ status: 404 });
    expect(await ada.click(place, 'ack')).toMatchObject({ ok: false });
    app.answer = () => ({ afterMs: 700 });
    expect(await ada.click(place, 'ack')).toMatchObject({ ok: false });
    expect(ada.notices()).toEqual([
      { type: 'notice', text: 'This app responded with an error.', ...place, blockId: 'buttons', actionId: 'ack' },
      { type: 'notice', text: 'This app took too long to answer.', ...place, blockId: 'buttons', actionId: 'ack' },
    ]);
    expect(app.received).toHaveLength(2);
  });

  it('is impossible on what is not there, and for who cannot see it', async () => {
    const { workspace, app, client, place } = await withCard();
    await client.chat.update({ ...place, text: 'mended', blocks: [] });
    expect(() => workspace.act('ada').click(place, 'ack')).toThrow('nothing on the screen is called “ack”');
    expect(app.received).toEqual([]);
  });
});

describe('trigger_id', () => {
  async function triggerOf({ workspace, app }: Setting): Promise<string> {
    await workspace.act('ada').shortcut('report');
    return app.received.at(-1)?.fields.trigger_id;
  }

  it('opens one view', async () => {
    const setting = await setUp();
    const { client, workspace } = setting;
    const trigger_id = await triggerOf(setting);
    const opened = await client.views.open({ trigger_id, view: form() });
    expect(workspace.act('ada').modals()).toMatchObject([{ id: opened.view?.id, view: { callback_id: 'report' } }]);
    expect(workspace.act('grace').modals()).toEqual([]);
    await expect(client.views.open({ trigger_id, view: form() })).rejects.toEqual(refusedWith('exchanged_trigger_id'));
  });

  it('lasts three seconds', async () => {
    const setting = await setUp();
    const { client, clock } = setting;
    const [inTime, tooLate] = [await triggerOf(setting), await triggerOf(setting)];
    clock.ahead = 2800;
    await client.views.open({ trigger_id: inTime, view: form() });
    clock.ahead = 3200;
    await expect(client.views.open({ trigger_id: tooLate, view: form() })).rejects.toEqual(
      refusedWith('expired_trigger_id'),
    );
    await expect(client.views.open({ trigger_id: 'guess', view: form() })).rejects.toEqual(
      refusedWith('invalid_trigger_id'),
    );
  });

  it('is not used up by a view that is refused', async () => {
    const setting = await setUp();
    const trigger_id = await triggerOf(setting);
    const wrong = form({ title: plain('x'.repeat(25)) });
    await expect(setting.client.views.open({ trigger_id, view: wrong })).rejects.toEqual(
      refusedWith('invalid_arguments'),
    );
    await setting.client.views.open({ trigger_id, view: form() });
  });
});

describe('modals', () => {
  it('check what is typed before the app hears of it', async () => {
    const { ada, app } = await withForm(() => ({}));
    expect(await ada.submit()).toEqual({ ok: false, errors: { what: 'Please complete this required field.' } });
    expect(await ada.submit({ What: 'ab' })).toEqual({ ok: false, errors: { what: 'Must be at least 3 characters.' } });
    expect(await ada.submit({ What: 'much too long' })).toEqual({
      ok: false,
      errors: { what: 'Must be at most 10 characters.' },
    });
    expect(app.received.map(({ fields }) => fields.type)).toEqual(['shortcut']);
    expect(ada.modals()).toHaveLength(1);
  });

  it('send what was put in, and close on an empty answer', async () => {
    const { ada, app, workspace } = await withForm(() => ({}));
    expect(await ada.submit({ words: 'café 🏺', Level: 'high' })).toEqual({ ok: true });
    const submission = app.received.at(-1);
    expect(submission?.body).toMatch(/^payload=[\x20-\x7e]*$/);
    expect(decodeURIComponent(submission?.body ?? '')).toContain('caf\\u00e9');
    expect(submission?.fields).toMatchObject({
      type: 'view_submission',
      user: { id: ada.id, name: 'ada', team_id: workspace.teamId },
      trigger_id: expect.any(String),
      response_urls: [],
      view: {
        id: expect.stringMatching(/^V/),
        hash: expect.any(String),
        callback_id: 'report',
        private_metadata: 'shop',
        root_view_id: submission?.fields.view.id,
        previous_view_id: null,
        app_installed_team_id: workspace.teamId,
        state: {
          values: {
            what: { words: { type: 'plain_text_input', value: 'café 🏺' } },
            level: { pick: { type: 'static_select', selected_option: option('high') } },
          },
        },
      },
    });
    expect(ada.modals()).toEqual([]);
  });

  it('show the errors that the app answers, at inputs that are there', async () => {
    const errors = { what: 'Already reported.' };
    const { ada } = await withForm(() => ({ body: { response_action: 'errors', errors } }));
    expect(await ada.submit({ What: 'broken' })).toEqual({ ok: false, errors });
    expect(ada.modals()).toHaveLength(1);
  });

  it.each([
    ['answers with an error', { status: 500 }],
    ['answers too late', { afterMs: 700 }],
    ['answers what is not JSON', { body: 'thanks' }],
    ['answers an unknown action', { body: { response_action: 'applaud' } }],
    ['names an input that is not there', { body: { response_action: 'errors', errors: { elsewhere: 'no' } } }],
    ['answers with a wrong view', { body: { response_action: 'update', view: { type: 'modal' } } }],
  ])('say that there is trouble when the app %s, and stay open', async (_, answer) => {
    const { ada } = await withForm(() => answer, form(), 400);
    expect(await ada.submit({ What: 'broken' })).toEqual({
      ok: false,
      error: 'We had some trouble connecting. Try again?',
    });
    expect(ada.modals()).toMatchObject([{ view: { callback_id: 'report' } }]);
  });

  it('are updated, stacked up to three, and cleared by the answer', async () => {
    const answers: AppAnswer[] = [
      { body: { response_action: 'update', view: form({ callback_id: 'second' }) } },
      { body: { response_action: 'push', view: form({ callback_id: 'third' }) } },
      { body: { response_action: 'push', view: form({ callback_id: 'fourth' }) } },
      { body: { response_action: 'push', view: form({ callback_id: 'too high' }) } },
      { body: { response_action: 'clear' } },
    ];
    const { ada, app } = await withForm(() => answers.shift() ?? {});
    const shown = () => ada.modals().map(({ view }) => view.callback_id);
    await ada.submit({ What: 'broken' });
    expect(shown()).toEqual(['second']);
    await ada.submit({ What: 'broken' });
    await ada.submit({ What: 'broken' });
    expect(shown()).toEqual(['second', 'third', 'fourth']);
    expect(await ada.submit({ What: 'broken' })).toMatchObject({ ok: false });
    const [bottom, middle] = ada.modals().map(({ id }) => id);
    expect(app.received.at(-1)?.fields.view).toMatchObject({ root_view_id: bottom, previous_view_id: middle });
    await ada.submit({ What: 'broken' });
    expect(shown()).toEqual([]);
  });

  it('are pushed and updated by call too, up to three and by the newest hash', async () => {
    const view = form({
      blocks: [{ type: 'actions', block_id: 'b', elements: [{ type: 'button', action_id: 'on', text: plain('On') }] }],
    });
    const { ada, app, client } = await withForm(() => ({}), view);
    const lastTrigger = async () => {
      await ada.click('modal', 'On');
      return { trigger_id: app.received.at(-1)?.fields.trigger_id as string, view };
    };
    const click = await lastTrigger();
    expect(app.received.at(-1)?.fields).toMatchObject({ container: { type: 'view' }, view: { callback_id: 'report' } });
    expect(app.received.at(-1)?.fields.response_url).toBeUndefined();
    await client.views.push(click);
    const pushed = await client.views.push(await lastTrigger());
    await expect(client.views.push(await lastTrigger())).rejects.toEqual(refusedWith('push_limit_reached'));
    const { id: view_id = '', hash = '' } = pushed.view ?? {};
    await client.views.update({ view_id, hash, view: form({ callback_id: 'newer' }) });
    expect(ada.modals().at(-1)?.view).toMatchObject({ id: view_id, callback_id: 'newer' });
    await expect(client.views.update({ view_id, hash, view })).rejects.toEqual(refusedWith('hash_conflict'));
    await expect(client.views.update({ view_id: 'V404', view })).rejects.toEqual(refusedWith('not_found'));
  });

  it('go by an external_id that is theirs alone', async () => {
    const { client, ada, app } = await withForm(() => ({}), form({ external_id: 'mine' }));
    await client.views.update({ external_id: 'mine', view: form({ external_id: 'mine', callback_id: 'newer' }) });
    expect(ada.modals()).toMatchObject([{ view: { callback_id: 'newer' } }]);
    app.answer = () => ({});
    await ada.shortcut('report');
    const trigger_id = app.received.at(-1)?.fields.trigger_id;
    await expect(client.views.open({ trigger_id, view: form({ external_id: 'mine' }) })).rejects.toEqual(
      refusedWith('duplicate_external_id'),
    );
  });

  it('tell the app that they were closed only when it asked to know', async () => {
    const quiet = await withForm(() => ({}));
    await quiet.ada.closeModal();
    expect(quiet.app.received.map(({ fields }) => fields.type)).toEqual(['shortcut']);
    const asking = await withForm(() => ({}), form({ notify_on_close: true }));
    await asking.ada.closeModal();
    expect(asking.app.received.at(-1)?.fields).toMatchObject({ type: 'view_closed', is_cleared: false });
    expect(asking.app.received.at(-1)?.fields.trigger_id).toBeUndefined();
    expect(asking.ada.modals()).toEqual([]);
  });

  it('give a response_url for a channel that was chosen, starting at the one it was opened from', async () => {
    const element = {
      type: 'conversations_select',
      action_id: 'c',
      response_url_enabled: true,
      default_to_current_conversation: true,
    };
    const view = form({
      blocks: [{ type: 'input', block_id: 'where', label: plain('Where'), element }] as KnownBlock[],
    });
    const { workspace, app, client, shop } = await setUp();
    app.answer = async ({ fields }) => {
      if (fields.command) await client.views.open({ trigger_id: fields.trigger_id, view });
      return {};
    };
    const ada = workspace.act('ada');
    await ada.command('shop', '/mend');
    await ada.submit();
    const [response] = app.received.at(-1)?.fields.response_urls ?? [];
    expect(response).toMatchObject({ block_id: 'where', action_id: 'c', channel_id: shop });
    await fetch(response.response_url, {
      method: 'POST',
      body: JSON.stringify({ response_type: 'in_channel', text: 'done' }),
    });
    expect(ada.channel('shop')).toMatchObject([{ text: 'done' }]);
  });
});

describe('menus that ask the app', () => {
  it('show what the app offers, once enough is typed', async () => {
    const element = { type: 'external_select' as const, action_id: 'find', min_query_length: 2 };
    const { workspace, app, client, shop } = await setUp();
    const { ts = '' } = await client.chat.postMessage({
      channel: shop,
      text: 'a',
      blocks: [{ type: 'actions', block_id: 'b', elements: [element] }],
    });
    const ada = workspace.act('ada');
    app.answer = () => ({ body: { options: [option('one')] } });
    expect(await ada.suggest({ channel: shop, ts }, 'find', 'o')).toEqual({ options: [] });
    expect(await ada.suggest({ channel: shop, ts }, 'find', 'on')).toEqual({ options: [option('one')] });
    expect(app.received).toHaveLength(1);
    expect(app.received[0]?.fields).toMatchObject({
      type: 'block_suggestion',
      action_id: 'find',
      block_id: 'b',
      value: 'on',
      channel: { id: shop },
      message: { ts },
    });
    app.answer = () => ({ body: { options: Array.from({ length: 101 }, (_, i) => option(`${i}`)) } });
    expect(await ada.suggest({ channel: shop, ts }, 'find', 'on')).toEqual({ options: [] });
    expect(ada.notices()).toMatchObject([{ text: 'The options could not be loaded.' }]);
  });
});

describe('shortcuts', () => {
  it('come from anywhere, or with the whole message that they were used on', async () => {
    const { workspace, app, shop } = await setUp();
    const ada = workspace.act('ada');
    const said = workspace.act('linus').post('shop', 'it broke <again> & again');
    await ada.shortcut('report');
    await ada.messageShortcut('report_message', said);
    expect(app.received[0]?.fields).toMatchObject({
      type: 'shortcut',
      callback_id: 'report',
      action_ts: expect.any(String),
    });
    expect(app.received[0]?.fields.response_url).toBeUndefined();
    expect(app.received[1]?.fields).toMatchObject({
      type: 'message_action',
      callback_id: 'report_message',
      channel: { id: shop, name: 'shop' },
      message_ts: said.ts,
      message: { user: workspace.users.linus?.id, text: 'it broke &lt;again&gt; &amp; again' },
      response_url: expect.stringContaining('/hooks/app/'),
    });
    await expect(ada.shortcut('report_message')).rejects.toThrow('shortcut_not_found');
  });
});

describe('App Home', () => {
  const home = (text: string): View => ({
    type: 'home',
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      { type: 'actions', block_id: 'b', elements: [{ type: 'button', action_id: 'go', text: plain('Go') }] },
    ],
  });

  it('asks the app when it is opened, and shows each person what was published for them', async () => {
    const { workspace, app, client } = await setUp();
    const ada = workspace.act('ada');
    ada.openHome();
    const [opened] = await app.until(1);
    expect(opened?.fields.event).toMatchObject({ type: 'app_home_opened', user: ada.id, tab: 'home' });
    expect(opened?.fields.event.channel).toMatch(/^D/);
    expect(opened?.fields.event.view).toBeUndefined();
    const { view } = await client.views.publish({ user_id: ada.id, view: home('one') });
    expect(ada.home()).toMatchObject({ type: 'home', blocks: [{ text: { text: 'one' } }, {}] });
    expect(workspace.act('grace').home()).toBeNull();

    await client.views.publish({ user_id: ada.id, hash: view?.hash ?? '', view: home('two') });
    await expect(
      client.views.publish({ user_id: ada.id, hash: view?.hash ?? '', view: home('three') }),
    ).rejects.toEqual(refusedWith('hash_conflict'));
    ada.openHome();
    const [, again] = await app.until(2);
    expect(again?.fields.event.view).toMatchObject({ blocks: [{ text: { text: 'two' } }, {}] });
    await ada.click('home', 'Go');
    expect(app.received.at(-1)?.fields).toMatchObject({
      type: 'block_actions',
      container: { type: 'view' },
      view: { type: 'home' },
      actions: [{ action_id: 'go' }],
    });
  });
});
