import type { Core } from '../core.ts';
import type { Delivery } from '../state/faults.ts';
import { sign } from './signing.ts';

export type Delivered =
  /** Answered 2xx in time. */
  | { kind: 'answered'; contentType: string; body: string }
  /** Answered too late or not at all, or with another status. */
  | { kind: 'failed'; reason: FailureReason; status?: number; mayRetry: boolean };
export type FailureReason = 'http_timeout' | 'connection_failed' | 'http_error';

export interface AppRequest {
  delivery: Delivery;
  contentType: 'application/json' | 'application/x-www-form-urlencoded';
  body: string;
  headers?: Record<string, string>;
}

/** Sends a signed request to the app and holds it to Slack's time limit. Never throws. */
export async function deliver(core: Core, request: AppRequest): Promise<Delivered> {
  const first = send(core, request);
  if (core.faults.takeDelivery(request.delivery)) core.delivery.inBackground(send(core, request));
  return first;
}

async function send({ delivery, app, now }: Core, { contentType, body, headers }: AppRequest): Promise<Delivered> {
  const timestamp = String(Math.floor(now() / 1000));
  const deadline = AbortSignal.timeout(delivery.ackTimeoutMs);
  try {
    const response = await fetch(delivery.appRequestUrl(), {
      method: 'POST',
      // A request URL answers by itself: a redirect is no answer.
      redirect: 'manual',
      signal: AbortSignal.any([deadline, delivery.closing]),
      headers: {
        'content-type': contentType,
        accept: 'application/json,*/*',
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': sign(app.signingSecret, timestamp, body),
        ...headers,
      },
      body,
    });
    const answer = await response.text();
    if (response.ok) {
      return { kind: 'answered', contentType: response.headers.get('content-type') ?? '', body: answer };
    }
    const mayRetry = response.headers.get('x-slack-no-retry') !== '1';
    return { kind: 'failed', reason: 'http_error', status: response.status, mayRetry };
  } catch {
    return { kind: 'failed', reason: deadline.aborted ? 'http_timeout' : 'connection_failed', mayRetry: true };
  }
}
