import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { type Said, unclear } from '../../response/board.ts';
import { askInTime, requestTimeLeft } from './request-time.ts';

/** Slack answered, and may have done half of it. */
const halfDone = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'];
const rateLimited = ['ratelimited', 'rate_limited'];
const goneMessages = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'is_inactive'];
/** The connection was never made, so nothing was sent. */
const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Longer than this nobody asks for page after page: the function's own time limit is 30 s. */
export const pagesMs = 10_000;

/** There were more pages than the time allowed; nothing is known of the rest. */
export class TooManyPagesError extends Error {
  readonly code = 'too_many_pages';
}

/** Turns whatever comes of a call into an answer, in the time that a waiting person has; only a bug of ours is thrown. */
export async function askSlack<T>(call: () => Promise<T>, { ms }: { ms?: number } = {}): Promise<Said<T>> {
  try {
    const asked = await askInTime(call, ms ?? requestTimeLeft());
    if ('answer' in asked) return { kind: 'ok', value: asked.answer };
    return asked.late === 'not-asked' ? unclear : { kind: 'unsure' };
  } catch (error) {
    return understand(error);
  }
}

function understand(error: unknown): Exclude<Said<never>, { kind: 'ok' }> {
  if (error instanceof TooManyPagesError) return { kind: 'later', seconds: 30, isDown: true };
  if (error instanceof WebAPIRateLimitedError) return { kind: 'later', seconds: Math.max(1, error.retryAfter) };
  if (error instanceof WebAPIHTTPError) {
    return error.statusCode >= 500 ? { kind: 'unsure' } : { kind: 'refused', code: `http_${error.statusCode}` };
  }
  if (error instanceof WebAPIRequestError) {
    return neverSent.some((code) => codesOf(error.original).includes(code)) ? unclear : { kind: 'unsure' };
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (rateLimited.includes(code)) return { kind: 'later', seconds: 30 };
    if (halfDone.includes(code)) return { kind: 'unsure' };
    if (goneMessages.includes(code)) return { kind: 'gone' };
    return { kind: 'refused', code };
  }
  throw error;
}

function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [...code, ...codesOf(error.cause)];
}
