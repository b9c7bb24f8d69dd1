import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SlackRequest } from '../lib/adapters/slack/receive.ts';
import { signBody } from '../lib/adapters/slack/verify-signature.ts';

/**
 * Sample events are stored unsigned, since a signature is good for five minutes. Where a header says `{{now}}` (or
 * `{{now-360}}`, in seconds) and `{{signature}}` (or `{{signature:other secret}}`), the player fills it in.
 */
export interface SampleEvent {
  /** What is shown by it. */
  about: string;
  event: SlackRequest & { Records?: unknown };
  expect: Record<string, unknown>;
}

export function sampleEvents(folder: string): { name: string; sample: SampleEvent }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, sample: JSON.parse(readFileSync(join(folder, name), 'utf8')) as SampleEvent }));
}

export function signed(event: SlackRequest, { secret, now }: { secret: string; now: number }): SlackRequest {
  const given = { 'x-slack-request-timestamp': '{{now}}', 'x-slack-signature': '{{signature}}', ...event.headers };
  return fillIn({ ...event, headers: given }, { secret, now });
}

export function fillIn(event: SlackRequest, { secret, now }: { secret: string; now: number }): SlackRequest {
  const headers = { ...event.headers };
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const named = (name: string) => Object.keys(headers).find((key) => key.toLowerCase() === name) ?? name;
  const stamp = named('x-slack-request-timestamp');
  const signature = named('x-slack-signature');
  const shift = /^\{\{now([+-]\d+)?\}\}$/.exec(headers[stamp] ?? '');
  if (shift) headers[stamp] = String(Math.floor(now / 1000) + Number(shift[1] ?? 0));
  const by = /^\{\{signature(?::(.+))?\}\}$/.exec(headers[signature] ?? '');
  if (by) headers[signature] = signBody(by[1] ?? secret, headers[stamp] ?? '', body);
  return { ...event, headers };
}
