import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Log } from '../../ports.ts';
import { isSignedBySlack } from './verify-signature.ts';

/** What a Function URL hands over; nothing of it is trusted before the signature holds. */
export interface SlackRequest {
  headers?: Record<string, string | undefined> | null;
  body?: string | null;
  isBase64Encoded?: boolean;
  rawPath?: string;
  requestContext?: { http?: { method?: string } };
}

export interface CleanRequest {
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: false;
  rawPath: string;
  requestId: string;
}

const maxBodyBytes = 1024 * 1024;
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';

/**
 * Stands in front of Bolt: it verifies the signature over the raw bytes before anything parses them, and hands on only
 * what Bolt's receiver can read (UTF-8 text, a plain content type, a body that is an object). It answers everything else
 * itself and never throws: anybody on the internet can call it.
 */
export function receiveSlack({
  secrets,
  handle,
  now,
  log,
}: {
  secrets: string[];
  handle: (request: CleanRequest) => Promise<{ statusCode: number; headers?: unknown; body: string }>;
  now: () => number;
  log: Log;
}) {
  return async (
    request: SlackRequest,
    context: Pick<Context, 'awsRequestId'>,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const requestId = context.awsRequestId;
    try {
      const read = readRequest(request, secrets, now());
      if ('refusal' in read) {
        log('request refused', { requestId, statusCode: read.refusal.statusCode, because: read.refusal.error });
        return refuse(read.refusal);
      }
      const answer = await handle({ ...read.clean, requestId });
      if (answer.statusCode === 404) {
        // It is Slack's, and nothing here listens for it (an event that was subscribed by hand, an old button).
        log('nothing listens for this', { requestId });
        return { statusCode: 200, body: '' };
      }
      if (answer.statusCode >= 500) return refuse(internalError(requestId));
      return answer as APIGatewayProxyStructuredResultV2;
    } catch (error) {
      log('request failed', {
        requestId,
        error: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown',
      });
      return refuse(internalError(requestId));
    }
  };
}

interface Refusal {
  statusCode: number;
  error: string;
  advice: string;
}

function readRequest(
  request: SlackRequest,
  secrets: string[],
  nowMs: number,
): { clean: Omit<CleanRequest, 'requestId'> } | { refusal: Refusal } {
  const headers = lowerCased(request.headers);
  const body = Buffer.from(
    typeof request.body === 'string' ? request.body : '',
    request.isBase64Encoded ? 'base64' : 'utf8',
  );
  if (body.length > maxBodyBytes) {
    return refusal(413, 'too_large', `At most ${maxBodyBytes} bytes.`);
  }
  const timestamp = headers['x-slack-request-timestamp'];
  const signature = headers['x-slack-signature'];
  if (!isSignedBySlack({ body, timestamp, signature }, secrets, nowMs)) {
    return refusal(401, 'invalid_signature', 'Only Slack may call this, and its requests are good for 5 minutes.');
  }
  const contentType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (contentType !== form && contentType !== json) {
    return refusal(415, 'unsupported_content_type', `Send ${form} or ${json}.`);
  }
  const text = decodeUtf8(body);
  if (text === undefined) return refusal(400, 'not_utf8', 'The body must be UTF-8.');
  if (!isReadable(text, contentType))
    return refusal(400, 'unreadable_body', `The body is not what ${contentType} says.`);
  const retries = Object.entries(headers).filter(([name]) => name.startsWith('x-slack-retry-'));
  return {
    clean: {
      headers: { 'content-type': contentType, ...Object.fromEntries(retries) },
      body: text,
      isBase64Encoded: false,
      rawPath: request.rawPath ?? '/',
    },
  };
}

/** Bolt parses a form's `payload` and JSON bodies without a net. */
function isReadable(text: string, contentType: string): boolean {
  if (contentType === json) return isJsonObject(text);
  const fields = new URLSearchParams(text);
  const payload = fields.get('payload');
  return payload === null ? fields.size > 0 : isJsonObject(payload);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function lowerCased(headers: SlackRequest['headers']): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (typeof value === 'string') clean[name.toLowerCase()] = value;
  }
  return clean;
}

function internalError(requestId: string): Refusal {
  return { statusCode: 500, error: 'internal_error', advice: `Quote ${requestId} to the operator.` };
}

function refusal(statusCode: number, error: string, advice: string): { refusal: Refusal } {
  return { refusal: { statusCode, error, advice } };
}

function refuse({ statusCode, error, advice }: Refusal): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': json }, body: JSON.stringify({ error, advice }) };
}
