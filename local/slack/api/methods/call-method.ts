import type { Json } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { SlackError } from '../slack-error.ts';
import { methods } from './registry.ts';

export interface Call {
  method: string;
  token: string | undefined;
  args: Json;
  isJson: boolean;
}

export type CallOutcome =
  | { kind: 'answer'; body: Json; headers: Record<string, string> }
  | { kind: 'rate-limited'; retryAfterSeconds: number };

/** One Web API call, in Slack's order: method, token, scope, rate, arguments. */
export async function callMethod(core: Core, { method: name, token, args, isJson }: Call): Promise<CallOutcome> {
  const { app, rateLimits } = core;
  const method = methods.get(name);
  const headers = {
    'x-oauth-scopes': app.scopes.join(','),
    'x-accepted-oauth-scopes': method?.scopes.join(',') ?? '',
  };
  const answer = (body: Json): CallOutcome => ({ kind: 'answer', body, headers });
  const refuse = (error: string, details: Json = {}) => answer({ ok: false, error, ...details });

  if (!method) return refuse('unknown_method', { req_method: name });
  if (method.needsToken && !token) return refuse('not_authed');
  if (method.needsToken && token !== app.botToken) return refuse('invalid_auth');
  if (method.scopes.length > 0 && !method.scopes.some((scope) => app.scopes.includes(scope))) {
    return refuse('missing_scope', { needed: method.scopes.join(','), provided: app.scopes.join(',') });
  }
  const channel = typeof args.channel === 'string' ? args.channel : undefined;
  const limited = rateLimits.take({ method: name, tier: method.tier, channel });
  if (limited) return { kind: 'rate-limited', ...limited };
  try {
    return answer({ ok: true, ...(await method.run(core, isJson && !method.takesJson ? {} : args)) });
  } catch (error) {
    if (error instanceof SlackError) return refuse(error.code, error.details);
    throw error;
  }
}
