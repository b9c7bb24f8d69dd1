import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../../local/dynamodb.ts';
import { serveFunctionUrl } from '../../../local/lambda-host/function-url.ts';
import { startRoleGuard } from '../../../local/lambda-host/role-guard.ts';
import { startQdrant } from '../../../local/qdrant/start-qdrant.ts';
import { startSqs } from '../../../local/sqs.ts';

const names = ['the table', 'the queues', 'the memory', 'a function URL', 'a role'] as const;
const urls = {} as Record<(typeof names)[number], string>;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const dynamodb = await startDynamoDb();
  const sqs = await startSqs();
  const qdrant = await startQdrant({ port: 0 });
  const web = await serveFunctionUrl({
    invoke: async () => ({ kind: 'returned', requestId: '1', payload: '{"statusCode":200}' }),
  });
  const endpoints = { dynamodb: dynamodb.endpoint, sqs: sqs.endpoint };
  const role = await startRoleGuard({ functionName: 'x', rights: [], endpoints, onLine: () => {} });
  Object.assign(urls, {
    'the table': dynamodb.endpoint,
    'the queues': sqs.endpoint,
    'the memory': qdrant.url,
    'a function URL': web.url,
    'a role': role.endpoint,
  });
  stops.push(role.stop, web.close, qdrant.close, sqs.stop, dynamodb.stop);
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

async function ask(url: string, method: string, headers: Record<string, string>) {
  const sent = request(url, { method, headers });
  sent.end('{}');
  const [answer] = await once(sent, 'response');
  answer.resume();
  return { status: answer.statusCode as number, headers: answer.headers as Record<string, string> };
}

describe.each(names)('%s', (name) => {
  const json = { 'content-type': 'application/json' };

  it('is closed to every web site', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost:3000']) {
      const preflight = await ask(urls[name], 'OPTIONS', { origin, 'access-control-request-method': 'POST' });
      expect(preflight.status).toBe(403);
      expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
      expect((await ask(urls[name], 'POST', { ...json, origin })).status).toBe(403);
    }
    // A picture's request carries no Origin.
    expect((await ask(urls[name], 'GET', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('answers to no name but this machine’s', async () => {
    const { port } = new URL(urls[name]);
    for (const host of [`evil.example:${port}`, `localhost.evil.example:${port}`, '127.0.0.1.evil.example']) {
      expect((await ask(urls[name], 'POST', { ...json, host })).status, host).toBe(403);
    }
  });

  it('answers programs of this machine', async () => {
    const { port } = new URL(urls[name]);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect((await ask(urls[name], 'POST', { ...json, host })).status, host).not.toBe(403);
    }
  });
});
