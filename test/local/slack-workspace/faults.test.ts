import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { setUp } from './setting.ts';

describe('a switched-on fault', () => {
  it('answers 429 so many times, then all is well', async () => {
    const { workspace, client, shop } = await setUp();
    workspace.faults.add({ kind: 'rate_limited', method: 'chat.postMessage', retryAfterSeconds: 7, times: 2 });
    const post = () => client.chat.postMessage({ channel: shop, text: 'a' });
    await expect(post()).rejects.toMatchObject({ retryAfter: 7 });
    await expect(post()).rejects.toMatchObject({ retryAfter: 7 });
    await post();
    expect(workspace.messages('shop')).toHaveLength(1);
  });

  it('answers 5xx, and stores nothing', async () => {
    const { workspace, client, shop } = await setUp();
    workspace.faults.add({ kind: 'http_error', method: '*', status: 503 });
    await expect(client.chat.postMessage({ channel: shop, text: 'a' })).rejects.toMatchObject({ statusCode: 503 });
    await expect(client.auth.test()).rejects.toMatchObject({ statusCode: 503 });
    workspace.faults.clear();
    await client.auth.test();
    expect(workspace.messages('shop')).toEqual([]);
  });

  it('hangs, and stores nothing', async () => {
    const { workspace, shop } = await setUp();
    workspace.faults.add({ kind: 'hang', method: 'chat.postMessage' });
    const request = fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.botToken}` },
      body: new URLSearchParams({ channel: shop, text: 'a' }),
      signal: AbortSignal.timeout(150),
    });
    await expect(request).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(workspace.messages('shop')).toEqual([]);
  });

  it('posts and loses the answer: the message is there, and its author cannot know', async () => {
    const { workspace, client, shop } = await setUp();
    workspace.faults.add({ kind: 'lost_answer', method: 'chat.postMessage', times: 1 });
    const metadata = { event_type: 'card', event_payload: { token: 'once' } };
    await expect(client.chat.postMessage({ channel: shop, text: 'a', metadata })).rejects.toThrow(/request error/i);
    const { messages } = await client.conversations.history({ channel: shop, include_all_metadata: true });
    expect(messages).toMatchObject([{ text: 'a', metadata }]);
  });

  it('refuses a good token, or answers any error', async () => {
    const { workspace, client } = await setUp();
    workspace.faults.add({ kind: 'invalid_auth', method: 'auth.test', times: 1 });
    await expect(client.auth.test()).rejects.toMatchObject({ data: { error: 'invalid_auth' } });
    workspace.faults.add({ kind: 'platform_error', method: 'auth.test', error: 'fatal_error', times: 1 });
    await expect(client.auth.test()).rejects.toMatchObject({ data: { error: 'fatal_error' } });
    await client.auth.test();
  });

  it('answers later', async () => {
    const { workspace, client } = await setUp();
    workspace.faults.add({ kind: 'slow', method: 'auth.test', milliseconds: 120 });
    const before = performance.now();
    await client.auth.test();
    expect(performance.now() - before).toBeGreaterThan(115);
  });

  it('hits posts to a response_url too', async () => {
    const { workspace, app } = await setUp();
    await workspace.act('ada').command('shop', '/mend');
    workspace.faults.add({ kind: 'http_error', method: 'response_url', times: 1 });
    const respond = () =>
      fetch(app.received[0]?.fields.response_url, { method: 'POST', body: JSON.stringify({ text: 'a' }) });
    expect((await respond()).status).toBe(503);
    expect((await respond()).status).toBe(200);
  });

  it('delivers an event, a click or a command twice', async () => {
    const { workspace, app } = await setUp();
    const ada = workspace.act('ada');
    for (const delivery of ['event', 'interaction', 'command'] as const) {
      workspace.faults.add({ kind: 'delivered_twice', delivery, times: 1 });
    }
    ada.post('shop', '@mender');
    await ada.shortcut('report');
    await ada.command('shop', '/mend');
    await app.until(6);
    await workspace.settled();
    await wait(20);
    expect(app.received).toHaveLength(6);
    expect(new Set(app.received.map(({ body }) => body)).size).toBe(3);
  });
});

describe('/control/faults', () => {
  it('switches faults on and off from another process', async () => {
    const { workspace, client } = await setUp();
    const control = async (method: string, body?: object) => {
      const response = await fetch(`${workspace.url}/control/faults`, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, ...(await response.json()) };
    };
    const { id } = await control('POST', { kind: 'http_error', method: 'auth.test' });
    expect(await control('GET')).toMatchObject({ faults: [{ id, kind: 'http_error', status: 503 }] });
    await expect(client.auth.test()).rejects.toMatchObject({ statusCode: 503 });
    expect(await control('DELETE', { id })).toEqual({ status: 200, ok: true });
    expect(await control('DELETE', { id })).toMatchObject({ status: 404, error: `No fault ${id} is on.` });
    await client.auth.test();
    expect(await control('POST', { kind: 'fire' })).toMatchObject({ status: 400, ok: false });
    await control('POST', { kind: 'hang', method: '*' });
    await control('DELETE');
    await client.auth.test();
  });
});
