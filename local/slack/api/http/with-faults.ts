import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { sendJson, sendText } from './exchange.ts';

/** Lets a switched-on fault have its way with a call, and answers it otherwise. */
export async function withFaults(
  core: Core,
  method: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  answer: () => Promise<void>,
): Promise<void> {
  const fault = core.faults.take(method);
  switch (fault?.kind) {
    case undefined:
      return answer();
    case 'rate_limited':
      sendRateLimited(response, fault.retryAfterSeconds);
      return;
    case 'http_error':
      sendText(response, fault.status, 'the workspace is not well');
      return;
    case 'hang':
      // Neither read nor answered, until the caller gives up or the workspace closes.
      return;
    case 'invalid_auth':
      sendJson(response, 200, { ok: false, error: 'invalid_auth' });
      return;
    case 'platform_error':
      sendJson(response, 200, { ok: false, error: fault.error });
      return;
    case 'slow':
      await wait(fault.milliseconds, undefined, { signal: core.delivery.closing }).catch(() => {});
      return answer();
    case 'lost_answer': {
      // All that would be written is dropped; what was asked for is done all the same.
      response.writeHead = () => response;
      response.end = () => response;
      await answer();
      request.socket.destroy();
      return;
    }
    default:
      return fault satisfies never;
  }
}

export function sendRateLimited(response: ServerResponse, retryAfterSeconds: number): void {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  sendJson(response, 429, { ok: false, error: 'ratelimited' }, headers);
}
