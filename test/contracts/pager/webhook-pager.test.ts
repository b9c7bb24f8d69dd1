import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { webhookPager } from '../../../lib/adapters/pager/webhook-pager.ts';
import { FailureId } from '../../../lib/failure/ids.ts';
import type { Page } from '../../../lib/response/page.ts';

const secret = 'the-secret-of-the-pager';
const page: Page = {
  version: 1,
  event: 'failure',
  idempotencyKey: 'F-7K3Q9D#1',
  failureId: FailureId.parse('F-7K3Q9D'),
  episode: 1,
  level: 5,
  title: 'Alles ist kaputt: ärgerlich 🔥',
  component: { name: 'shop', title: 'Shop' },
  why: ['production is down'],
  openedAt: '2026-05-04T03:00:00.000Z',
};
const at = new Date('2026-05-04T03:00:10.900Z');

describe('the pager webhook', () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });

  async function receiver(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    const calls: { body: string; headers: IncomingMessage['headers'] }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      calls.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
      answer(request, response);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    stops.push(() => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page`;
    return { url, calls };
  }
  const pagerTo = (url: string) => webhookPager({ url, secret, now: () => at });

  it('is told who failed, signed over the very bytes, under the episode’s own key', async () => {
    const { url, calls } = await receiver((_, response) => response.writeHead(202).end());
    expect(await pagerTo(url)(page)).toEqual({ kind: 'taken' });
    const [call] = calls;
    expect(JSON.parse(call?.body ?? '')).toEqual(page);
    const timestamp = String(call?.headers['x-kintsugi-timestamp']);
    expect(timestamp).toBe('1777863610');
    const expected = createHmac('sha256', secret).update(`${timestamp}.${call?.body}`).digest('hex');
    expect(call?.headers['x-kintsugi-signature']).toBe(`v1=${expected}`);
    expect(call?.headers['idempotency-key']).toBe('F-7K3Q9D#1');
  });

  it.each([
    ['an error', (response: ServerResponse) => response.writeHead(500).end('no'), 'it answered HTTP 500'],
    ['a refusal', (response: ServerResponse) => response.writeHead(401).end(), 'it answered HTTP 401'],
    ['a hang-up', (response: ServerResponse) => response.destroy(), 'it could not be reached'],
    [
      'a way to somebody else',
      (response: ServerResponse) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
      'it could not be reached',
    ],
  ])('that answers with %s has not taken it', async (_name, answer, reason) => {
    const { url, calls } = await receiver((_, response) => void answer(response));
    expect(await pagerTo(url)(page)).toMatchObject({ kind: 'refused', reason: expect.stringContaining(reason) });
    expect(calls).toHaveLength(1);
  });

  it('that is not there is said so, without its address, which may hold a token', async () => {
    const { url } = await receiver(() => undefined);
    await stops.pop()?.();
    const answer = await pagerTo(`${url}?token=very-secret`)(page);
    expect(answer).toMatchObject({ kind: 'refused', reason: expect.stringContaining('could not be reached') });
    expect(JSON.stringify(answer)).not.toMatch(/very-secret|127\.0\.0\.1/);
  });
});
