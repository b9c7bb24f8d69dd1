import { createHmac } from 'node:crypto';
import type { Pager } from '../../response/page.ts';

/** Longer than a healthy pager needs, shorter than what a function has left. */
const timeoutMs = 5000;

/**
 * The page as JSON, signed: `x-kintsugi-signature: v1=<hex>` is HMAC-SHA256 of `<timestamp>.<raw body>`, and the timestamp
 * stands in `x-kintsugi-timestamp` (epoch seconds), so that an old call cannot be played again.
 */
export function webhookPager({ url, secret, now }: { url: string; secret: string; now: () => Date }): Pager {
  return async (page) => {
    const body = JSON.stringify(page);
    const timestamp = String(Math.floor(now().getTime() / 1000));
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'idempotency-key': page.idempotencyKey,
          'x-kintsugi-timestamp': timestamp,
          'x-kintsugi-signature': pageSignature({ secret, timestamp, body }),
        },
      });
      await answer.body?.cancel();
      return answer.ok ? { kind: 'taken' } : { kind: 'refused', reason: `it answered HTTP ${answer.status}` };
    } catch (error) {
      return { kind: 'refused', reason: reasonOf(error) };
    }
  };
}

function pageSignature(of: { secret: string; timestamp: string; body: string }): string {
  return `v1=${createHmac('sha256', of.secret).update(`${of.timestamp}.${of.body}`).digest('hex')}`;
}

/** In words; the address stays out, since it may carry a token. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it could not be reached';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code ? `it could not be reached (${code})` : 'it could not be reached';
}
