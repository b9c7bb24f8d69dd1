import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { FailureId } from '../../../failure/ids.ts';
import type { FailureStore, Log } from '../../../ports.ts';
import { failureInPath } from '../../../report/failure-link.ts';
import { permalinkOf } from '../../../response/card-content.ts';
import type { SlackRequest } from '../receive.ts';

/**
 * Anybody on the internet may ask for a failure's link. The answer leads to its card in Slack, which asks for its own login, and
 * says nothing else of the failure. Undefined: that is no such request.
 */
export async function answerLink(
  { failures, log }: { failures: Pick<FailureStore, 'get'>; log: Log },
  request: SlackRequest,
  requestId: string,
): Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  const method = request.requestContext?.http?.method;
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const failureId = failureInPath(request.rawPath ?? '');
  if (!failureId) return undefined;
  try {
    const stored = await failures.get(failureId);
    const { permalink } = stored ? permalinkOf(stored) : {};
    return permalink ? { statusCode: 302, headers: { ...headers, location: permalink }, body: '' } : page(failureId);
  } catch (error) {
    log('link not answered', { requestId, error: error instanceof Error ? error.name : 'unknown' });
    return { ...page(failureId), statusCode: 503 };
  }
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};

/** One without a card, or one that is not there: both look the same. The id is all that stands in it. */
function page(id: FailureId): APIGatewayProxyStructuredResultV2 & { statusCode: number } {
  const style = 'font: 1.1rem/1.6 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem';
  return {
    statusCode: 404,
    headers,
    body:
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>${id}</title><body style="${style}"><h1>${id}</h1>` +
      `<p>There is no card to lead you to. In Slack, <code>/failure show ${id}</code> says what is known.</p></body></html>`,
  };
}
