import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQdrant } from '../../../local/qdrant/start-qdrant.ts';

describe('the Qdrant stand-in', () => {
  let running: Awaited<ReturnType<typeof startQdrant>>;
  beforeAll(async () => {
    running = await startQdrant({ port: 0, apiKey: 'the-key' });
  });
  afterAll(() => running.close());
  const get = (path: string, headers = {}) => fetch(`${running.url}${path}`, { headers });

  it('wants its API key, and says what it is and how it is without', async () => {
    expect((await get('/collections')).status).toBe(401);
    expect((await get('/collections', { 'api-key': 'another' })).status).toBe(401);
    expect((await get('/collections', { 'api-key': 'the-key' })).status).toBe(200);
    expect((await get('/collections', { authorization: 'Bearer the-key' })).status).toBe(200);
    expect(await (await get('/')).json()).toMatchObject({ title: 'qdrant - vector search engine' });
    expect(await (await get('/healthz')).text()).toBe('healthz check passed');
  });

  it('is taken for a Qdrant of its own release by the client', async () => {
    const client = new QdrantClient({ url: running.url, apiKey: 'the-key' });
    expect(await client.versionInfo()).toMatchObject({ version: '1.19.0' });
  });

  it('only acknowledges a change that the caller does not wait for', async () => {
    const client = new QdrantClient({ url: running.url, apiKey: 'the-key', checkCompatibility: false });
    await client.createCollection('hasty', { vectors: { size: 1, distance: 'Dot' } });
    const answer = await client.upsert('hasty', { wait: false, points: [{ id: 1, vector: [1] }] });
    expect(answer).toEqual({ operation_id: 0, status: 'acknowledged' });
  });

  it('names a route that it does not have', async () => {
    const answer = await get('/collections/x/snapshots', { 'api-key': 'the-key' });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      status: { error: 'Not found: the stand-in has no route GET /collections/x/snapshots' },
    });
  });

  it('says in one line that its port is in use', async () => {
    const port = Number(new URL(running.url).port);
    await expect(startQdrant({ port })).rejects.toThrow(
      `Qdrant stand-in: cannot listen on 127.0.0.1:${port}: the port is in use.`,
    );
  });
});
