import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from './start-fixture.ts';

let fixture: Fixture;
let url = '';
beforeAll(async () => {
  fixture = await startFixture({
    env: { GREETING: 'guten Tag' },
    environment: { SLACK_API_URL: 'http://slack.local' },
    secrets: { 'slack-bot-token': 'xoxb-1' },
  });
  url = fixture.host.functionUrls.web ?? '';
});
afterAll(() => fixture.stop());

const echo = async (path: string, init: RequestInit) =>
  (await fetch(new URL(path, url), init)).json() as Promise<Record<string, unknown>>;

describe('a function URL', () => {
  it('passes a form as base64 of its exact bytes', async () => {
    const body = 'payload=%7B%7D&text=Gr\u00fc\u00dfe \u{1f5a4}';
    const event = await echo('/slack', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
    });
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(String(event.body), 'base64').toString('utf8')).toBe(body);
    expect(event.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' });
  });

  it('passes JSON as it is, with lower-case headers, query and cookies', async () => {
    const event = await echo('/a/b?x=1&x=2&y=%20', {
      method: 'POST',
      body: '{"é":1}',
      headers: { 'content-type': 'application/json', 'X-Slack-Signature': 'v0=1', cookie: 'a=1; b=2' },
    });
    expect(event).toMatchObject({
      version: '2.0',
      body: '{"é":1}',
      isBase64Encoded: false,
      rawPath: '/a/b',
      rawQueryString: 'x=1&x=2&y=%20',
      queryStringParameters: { x: '1,2', y: ' ' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-slack-signature': 'v0=1' },
      requestContext: { http: { method: 'POST', path: '/a/b' } },
    });
  });

  it('has no body when there is none', async () => {
    const event = await echo('/', {});
    expect(event).not.toHaveProperty('body');
    expect(event.isBase64Encoded).toBe(false);
  });

  it('answers with the shape that the handler gave, or wraps plain JSON', async () => {
    const binary = await fetch(new URL('/binary', url));
    expect(binary.status).toBe(201);
    expect(binary.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect([...new Uint8Array(await binary.arrayBuffer())]).toEqual([1, 2, 255]);
    expect(await echo('/plain', {})).toEqual({ hello: 'guten Tag' });
  });

  it('answers 502 when the handler throws, and serves the next request', async () => {
    expect((await fetch(new URL('/throw', url))).status).toBe(502);
    expect((await fetch(url)).status).toBe(200);
  });

  it('refuses more than 6 MB with 413 before the handler sees it', async () => {
    const before = fixture.lines.length;
    const status = await new Promise<number>((resolve, reject) => {
      const sent = request(url, { method: 'POST' }, (response) => resolve(response.resume().statusCode ?? 0));
      sent.on('error', reject);
      sent.end(Buffer.alloc(6 * 1024 * 1024 + 1));
    });
    expect(status).toBe(413);
    expect(fixture.lines).toHaveLength(before);
  });

  it('gives a process what serverless.yml declares and the endpoints, and no secret that its role may not read', async () => {
    const environment = await echo('/environment', {});
    expect(environment).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: 'fixture-local-web',
      SLACK_API_URL: 'http://slack.local',
      SINK_QUEUE_URL: `${environment.AWS_ENDPOINT_URL_SQS}/000000000000/fixture-local-sink`,
    });
    expect(environment).not.toHaveProperty('SLACK_BOT_TOKEN');
    expect(environment).not.toHaveProperty('HOME');
  });

  it('is refused what its role does not allow, as on AWS', async () => {
    expect((await fetch(new URL('/send', url))).status).toBe(502);
    const log = fixture.lines.join('\n');
    expect(log).toContain(
      'REFUSED The role of web is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:fixture-local-sink',
    );
    expect(log).toContain('AccessDeniedException');
    expect(await fixture.receive('fixture-local-sink', 1, 100)).toEqual([]);
  });
});
