import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { z } from 'zod';
import { admitOnlyPrograms } from '../this-machine-only.ts';
import type { Outcome } from './protocol.ts';

/** Lambda's limit on a request or response. */
const payloadLimit = 6 * 1024 * 1024;
/** These bodies travel as they are; every other type, forms included, is base64. */
const isTextType = (contentType: string): boolean =>
  /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.-]+\+(json|xml)\b)/i.test(contentType);

export interface FunctionUrl {
  url: string;
  close(): Promise<void>;
}

/** A function's own HTTP endpoint on loopback, with Lambda's event version 2.0. */
export async function serveFunctionUrl(options: {
  port?: number;
  invoke: (event: LambdaFunctionURLEvent) => Promise<Outcome>;
}): Promise<FunctionUrl> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (body === 'too-large')
      return reply(response, 413, {
        Message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
      });
    const outcome = await options.invoke(urlEvent(request, body));
    const result = outcome.kind === 'returned' ? parseResult(outcome.payload) : undefined;
    if (!result) return reply(response, 502, { Message: 'Internal Server Error' });
    const payload = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
    if (payload.length > payloadLimit) return reply(response, 502, { Message: 'Internal Server Error' });
    response.statusCode = result.statusCode;
    response.setHeader('content-type', 'application/json');
    for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
    if (result.cookies && result.cookies.length > 0) response.setHeader('set-cookie', result.cookies);
    response.end(payload);
  }

  admitOnlyPrograms(server);
  await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Buffer | 'too-large'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and dropped, so that the sender hears the answer.
    if (bytes <= payloadLimit) chunks.push(chunk);
  }
  return bytes > payloadLimit ? 'too-large' : Buffer.concat(chunks);
}

export function urlEvent(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headersDistinct' | 'socket'>,
  body: Buffer,
): LambdaFunctionURLEvent {
  const { pathname, searchParams, search } = new URL(request.url ?? '/', 'http://function.local');
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name.toLowerCase(), (values ?? []).join(',')]),
  );
  const cookies = headers.cookie?.split(/;\s*/);
  delete headers.cookie;
  const query: Record<string, string> = {};
  for (const [name, value] of searchParams) query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  const isText = isTextType(headers['content-type'] ?? '');
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookies ? { cookies } : {}),
    headers,
    ...(search === '' ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: pathname,
        protocol: 'HTTP/1.1',
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** `22/Nov/2026:19:58:46 +0000`. */
function clfTime(at: Date): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

const HttpResult = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** A handler may answer with the full shape, or with any JSON, which is then the body of a 200. */
function parseResult(payload: string): z.infer<typeof HttpResult> | undefined {
  const value: unknown = JSON.parse(payload);
  if (typeof value === 'object' && value !== null && 'statusCode' in value) return HttpResult.safeParse(value).data;
  return { statusCode: 200, body: typeof value === 'string' ? value : payload };
}
