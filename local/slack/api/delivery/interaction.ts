import type { Json } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { SlackError } from '../slack-error.ts';
import type { User } from '../state/model.ts';
import { type Delivered, deliver } from './deliver.ts';

/** A person of this workspace; the app and strangers cannot act. */
export function personOf({ store }: Core, id: string): User {
  const user = store.user(id);
  if (!user || user.isBot) throw new SlackError('user_not_found');
  return user;
}

/** What every interaction payload carries. */
export function interactionPayload({ app, team }: Core, user: User, rest: Json & { type: string }): Json {
  const { type, ...fields } = rest;
  return {
    type,
    user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
    api_app_id: app.appId,
    token: app.verificationToken,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    ...fields,
  };
}

/** Interactions are not retried: the person sees the failure. */
export function sendInteraction(core: Core, payload: Json): Promise<Delivered> {
  const body = new URLSearchParams({ payload: asciiJson(payload) }).toString();
  return deliver(core, { delivery: 'interaction', contentType: 'application/x-www-form-urlencoded', body });
}

/** Slack escapes what isn't ASCII in view payloads; the meaning is the same. */
function asciiJson(payload: Json): string {
  const json = JSON.stringify(payload);
  if (payload.view === undefined) return json;
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The app's answer as JSON, or nothing when the body is empty; a body that is neither is refused. */
export function answerJson({ body }: { body: string }): Json | undefined {
  if (body.trim() === '') return undefined;
  const parsed: unknown = JSON.parse(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new TypeError('not an object');
  return parsed as Json;
}
