import { createHmac } from 'node:crypto';

/** Slack's v0 signature over the very bytes that are sent. */
export function sign(signingSecret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
