import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { callMethod } from '../methods/call-method.ts';
import { parseObject, pathOf, readBody, sendJson } from './exchange.ts';
import { sendRateLimited, withFaults } from './with-faults.ts';

/** `/api/<method>`: a form, JSON, or a query. */
export async function answerWebApi(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = pathOf(request).pathname.slice('/api/'.length);
  await withFaults(core, method, { request, response }, async () => {
    const read = await readArguments(request);
    if (read.kind === 'unreadable') {
      sendJson(response, 200, { ok: false, error: read.error });
      return;
    }
    const { args, isJson } = read;
    const outcome = await callMethod(core, { method, token: tokenOf(request, args, isJson), args, isJson });
    if (outcome.kind === 'rate-limited') sendRateLimited(response, outcome.retryAfterSeconds);
    else sendJson(response, 200, outcome.body, outcome.headers);
  });
}

type Arguments =
  | { kind: 'read'; args: Json; isJson: boolean }
  | { kind: 'unreadable'; error: 'invalid_json' | 'json_not_object' | 'invalid_post_type' };

async function readArguments(request: IncomingMessage): Promise<Arguments> {
  const query = Object.fromEntries(pathOf(request).searchParams);
  if (request.method === 'GET') return { kind: 'read', args: query, isJson: false };
  const body = await readBody(request);
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  switch (type.trim().toLowerCase()) {
    case 'application/x-www-form-urlencoded':
      return { kind: 'read', args: { ...query, ...Object.fromEntries(new URLSearchParams(body)) }, isJson: false };
    case 'application/json': {
      const args = parseObject(body);
      return args
        ? { kind: 'read', args: { ...query, ...args }, isJson: true }
        : { kind: 'unreadable', error: 'invalid_json' };
    }
    case '':
      return { kind: 'read', args: query, isJson: false };
    default:
      return { kind: 'unreadable', error: 'invalid_post_type' };
  }
}

/** A form may carry its token; with JSON only the header counts. */
function tokenOf(request: IncomingMessage, args: Json, isJson: boolean): string | undefined {
  const [, bearer] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (bearer !== undefined) return bearer;
  return !isJson && typeof args.token === 'string' ? args.token : undefined;
}
