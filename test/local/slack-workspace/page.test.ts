import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PageEvent, PageState } from '../../../local/slack/page-api.ts';
import type { SlackWorkspace } from '../../../local/slack/workspace.ts';
import { setUp } from './setting.ts';

/** Everything that arrives on one person's screen. */
async function watch(workspace: SlackWorkspace, user: string): Promise<{ until(count: number): Promise<PageEvent[]> }> {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const response = await fetch(`${workspace.url}/page/events?user=${user}`, { signal: abort.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events: PageEvent[] = [];
  let arrived = () => {};
  (async () => {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) if (part.startsWith('data: ')) events.push(JSON.parse(part.slice('data: '.length)));
      arrived();
    }
  })().catch(() => {});
  return {
    async until(count) {
      while (events.length < count) await new Promise<void>((resolve) => (arrived = resolve));
      return events;
    },
  };
}

const post = async (workspace: SlackWorkspace, topic: string, body: object) => {
  const response = await fetch(`${workspace.url}/page/${topic}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, answer: await response.json() };
};

describe('the page', () => {
  it('gets all that one person may see', async () => {
    const { workspace, client, shop } = await setUp();
    const { ada, omar } = workspace.users;
    await client.chat.postMessage({ channel: shop, text: 'card' });
    workspace.act('omar').post('security', 'secret');
    const stateOf = async (user = ''): Promise<PageState> =>
      (await fetch(`${workspace.url}/page/state?user=${user}`)).json() as Promise<PageState>;
    const state = await stateOf(ada?.id);
    expect(state).toMatchObject({
      team: { id: workspace.teamId, name: 'Kintsugi Demo' },
      user: { id: ada?.id, name: 'ada', realName: 'Ada Okafor', title: 'Site reliability lead', isBot: false },
      messages: [{ channel: shop, text: 'card', user: workspace.botUserId }],
      modals: [],
      home: null,
      app: {
        id: workspace.appId,
        name: 'Mender',
        botUserId: workspace.botUserId,
        homeTab: true,
        commands: [
          { command: '/mend', description: 'Mend things', usageHint: 'what' },
          { command: '/plain', description: 'Takes names as typed', usageHint: '' },
        ],
        shortcuts: [
          { name: 'Report', type: 'global', callbackId: 'report', description: 'Open the form' },
          {
            name: 'Report as failure',
            type: 'message',
            callbackId: 'report_message',
            description: 'File this message',
          },
        ],
      },
    });
    expect(state.channels.map(({ name }) => name)).toEqual(['general', 'failures', 'shop', 'platform']);
    expect((await stateOf(omar?.id)).messages.map(({ text }) => text)).toContain('secret');
    expect((await stateOf('U404')) as unknown).toEqual({ ok: false, error: 'user_not_found' });
  });

  it('sees posts, edits, replies, removals, modals, homes and notices live, and nothing of private channels', async () => {
    const { workspace, app, client, shop } = await setUp();
    const ada = workspace.users.ada?.id ?? '';
    const screen = await watch(workspace, ada);
    workspace.act('omar').post('security', 'secret');
    const { ts = '' } = await client.chat.postMessage({ channel: shop, text: 'one' });
    await client.chat.update({ channel: shop, ts, text: 'two' });
    await client.chat.postMessage({ channel: shop, text: 'reply', thread_ts: ts });
    await client.chat.postEphemeral({ channel: shop, user: ada, text: 'psst' });
    await client.chat.postEphemeral({ channel: shop, user: workspace.users.grace?.id ?? '', text: 'not yours' });
    const other = await client.chat.postMessage({ channel: shop, text: 'gone' });
    await client.chat.delete({ channel: shop, ts: other.ts ?? '' });
    await client.views.publish({ user_id: ada, view: { type: 'home', blocks: [{ type: 'divider' }] } });
    app.answer = async ({ fields }) => {
      const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'Hi' }, blocks: [] };
      if (fields.type === 'shortcut') await client.views.open({ trigger_id: fields.trigger_id, view });
      return fields.command ? { status: 500 } : {};
    };
    await workspace.act('ada').shortcut('report');
    await workspace.act('ada').command('shop', '/mend');
    const events = await screen.until(10);
    expect(events).toMatchObject([
      { type: 'message', message: { ts, text: 'one' } },
      { type: 'message', message: { ts, text: 'two', edited: true } },
      { type: 'message', message: { text: 'reply', threadTs: ts } },
      { type: 'message', message: { ts, replyCount: 1 } },
      { type: 'message', message: { text: 'psst', ephemeralTo: ada } },
      { type: 'message', message: { text: 'gone' } },
      { type: 'message_deleted', channel: shop, ts: other.ts },
      { type: 'home', home: { type: 'home', blocks: [{ type: 'divider' }] } },
      { type: 'modals', modals: [{ view: { title: { text: 'Hi' } } }] },
      { type: 'notice', channel: shop, text: '/mend failed with the error "dispatch_failed"' },
    ]);
  });

  it('acts for a person as the person would', async () => {
    const { workspace, app, client, shop } = await setUp();
    const user = workspace.users.ada?.id ?? '';
    const button = {
      type: 'button' as const,
      action_id: 'go',
      text: { type: 'plain_text' as const, text: 'Go' },
      value: 'v',
    };
    const { ts = '' } = await client.chat.postMessage({
      channel: shop,
      text: 'card',
      blocks: [{ type: 'actions', block_id: 'b', elements: [button] }],
    });
    const on = { type: 'message', channel: shop, ts };
    const click = { user, on, blockId: 'b', actionId: 'go', action: { type: 'button' } };
    expect(await post(workspace, 'action', click)).toEqual({ status: 200, answer: { ok: true } });
    expect(await post(workspace, 'command', { user, channel: shop, text: '/mend x' })).toMatchObject({
      answer: { ok: true },
    });
    expect(await post(workspace, 'message', { user, channel: shop, text: 'hello' })).toMatchObject({
      answer: { ok: true },
    });
    expect(await post(workspace, 'message', { user, channel: shop, text: 'reply', threadTs: ts })).toMatchObject({
      answer: { ok: true },
    });
    expect(await post(workspace, 'shortcut', { user, callbackId: 'report' })).toMatchObject({ answer: { ok: true } });
    expect(await post(workspace, 'home', { user })).toMatchObject({ answer: { ok: true } });
    await app.until(4);
    expect(app.received[0]?.fields.actions).toMatchObject([{ action_id: 'go', value: 'v' }]);
    expect(
      workspace
        .act('ada')
        .thread({ channel: shop, ts })
        .map(({ text }) => text),
    ).toEqual(['card', 'reply']);
  });

  it('is told what was wrong with what it asked', async () => {
    const { workspace, shop } = await setUp();
    const user = workspace.users.ada?.id ?? '';
    const on = { type: 'message', channel: shop, ts: '1.000001' };
    const click = { user, on, blockId: 'b', actionId: 'go', action: { type: 'button' } };
    expect(await post(workspace, 'action', click)).toEqual({
      status: 200,
      answer: { ok: false, error: 'message_not_found' },
    });
    expect(await post(workspace, 'message', { user, channel: shop, text: ' ' })).toMatchObject({
      answer: { error: 'no_text' },
    });
    expect(await post(workspace, 'message', { user: workspace.botUserId, channel: shop, text: 'a' })).toMatchObject({
      answer: { error: 'user_not_found' },
    });
    expect(await post(workspace, 'submit', { user, viewId: 'V404', state: {} })).toMatchObject({
      answer: { error: 'view_not_found' },
    });
    expect(await post(workspace, 'message', { user })).toMatchObject({ status: 400, answer: { ok: false } });
    expect((await post(workspace, 'dance', { user })).status).toBe(404);
  });
});

describe('who may open the page', () => {
  const ask = (workspace: SlackWorkspace, path: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request(workspace.url + path, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });

  it.each(['/', '/page/state', '/control/faults'])('only this machine, by its own name, gets %s', async (path) => {
    const { workspace } = await setUp({ webPage: (_, response) => void response.end('page') });
    const { port } = new URL(workspace.url);
    expect(await ask(workspace, path, {})).toBe(200);
    expect(await ask(workspace, path, { host: `localhost:${port}` })).toBe(200);
    expect(await ask(workspace, path, { origin: `http://localhost:${port}` })).toBe(200);
    expect(await ask(workspace, path, { host: `evil.example:${port}` })).toBe(403);
    expect(await ask(workspace, path, { origin: 'http://evil.example' })).toBe(403);
    expect(await ask(workspace, path, { origin: 'null' })).toBe(403);
    expect(await ask(workspace, path, { origin: `http://localhost:${Number(port) + 1}` })).toBe(403);
  });

  it('changes nothing for a foreign page', async () => {
    const { workspace, client } = await setUp();
    expect(await ask(workspace, '/control/faults', { origin: 'http://evil.example' }, 'DELETE')).toBe(403);
    expect(await ask(workspace, '/page/home', { origin: 'http://evil.example' }, 'POST')).toBe(403);
    await client.auth.test();
  });
});
