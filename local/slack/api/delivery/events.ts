import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Json } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { deliver } from './deliver.ts';

const isSubscribed = ({ app }: Core, type: string) =>
  app.manifest.settings.event_subscriptions.bot_events.includes(type);

const isShared = ({ store }: Core, { channel }: Json) =>
  typeof channel === 'string' && store.channel(channel)?.isShared === true;

/**
 * Sends an event to the app when its manifest subscribes to `subscription`, and again when it isn't answered well:
 * the same event_id, with Slack's retry headers. Returns at once; the retries go on behind it.
 */
export function sendEvent(core: Core, event: Json, subscription = String(event.type)): void {
  if (!isSubscribed(core, subscription)) return;
  const { app, team, now } = core;
  const body = JSON.stringify({
    token: app.verificationToken,
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: app.appId,
    event: { ...event, event_ts: event.event_ts ?? event.ts ?? (now() / 1000).toFixed(6) },
    type: 'event_callback',
    event_id: `Ev${randomBytes(6).toString('hex').toUpperCase()}`,
    event_time: Math.floor(now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: app.botUserId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: isShared(core, event),
    event_context: `4-${randomBytes(24).toString('base64url')}`,
  });
  core.delivery.inBackground(sendWithRetries(core, body));
}

async function sendWithRetries(core: Core, body: string): Promise<void> {
  const { eventRetryDelaysMs, closing } = core.delivery;
  let outcome = await deliver(core, { delivery: 'event', contentType: 'application/json', body });
  for (const [index, delay] of eventRetryDelaysMs.entries()) {
    if (outcome.kind === 'answered' || !outcome.mayRetry || closing.aborted) return;
    await wait(delay, undefined, { signal: closing, ref: false }).catch(() => {});
    if (closing.aborted) return;
    const headers = { 'x-slack-retry-num': String(index + 1), 'x-slack-retry-reason': outcome.reason };
    outcome = await deliver(core, { delivery: 'event', contentType: 'application/json', body, headers });
  }
}

/** Slack's probe of a request URL: good when the challenge comes back as text, form or JSON. */
export async function verifyRequestUrl(core: Core): Promise<boolean> {
  const challenge = randomBytes(24).toString('hex');
  const body = JSON.stringify({ token: core.app.verificationToken, challenge, type: 'url_verification' });
  const outcome = await deliver(core, { delivery: 'event', contentType: 'application/json', body });
  if (outcome.kind !== 'answered') return false;
  const answer = outcome.body.trim();
  return answer === challenge || answer === `challenge=${challenge}` || challengeIn(answer) === challenge;
}

function challengeIn(body: string): unknown {
  try {
    return (JSON.parse(body) as Json).challenge;
  } catch {
    return undefined;
  }
}
