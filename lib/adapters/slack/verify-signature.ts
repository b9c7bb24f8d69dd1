import { createHmac, timingSafeEqual } from 'node:crypto';
import { ConfigurationError } from '../../errors.ts';

/** Slack's own allowance; a request from the future is as suspicious as an old one. */
const maxSkewSeconds = 5 * 60;

/** SLACK_SIGNING_SECRET: one secret, or "new,old" while it is being rotated. */
export function parseSigningSecrets(value: string): string[] {
  const secrets = value.split(',').map((secret) => secret.trim());
  if (secrets.length > 2 || secrets.some((secret) => secret.length < 8)) {
    throw new ConfigurationError(
      'SLACK_SIGNING_SECRET: must be the signing secret of the Slack app, or "new,old" while it is rotated.',
    );
  }
  return secrets;
}

/** Was this body, byte for byte, signed by Slack within the last minutes? Only scheme v0, compared in constant time. */
export function isSignedBySlack(
  { body, timestamp, signature }: { body: Buffer; timestamp: string | undefined; signature: string | undefined },
  secrets: string[],
  nowMs: number,
): boolean {
  if (!timestamp || !signature || !/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > maxSkewSeconds) return false;
  const given = Buffer.from(signature);
  return secrets
    .map((secret) => Buffer.from(signBody(secret, timestamp, body)))
    .map((expected) => timingSafeEqual(expected, given))
    .includes(true);
}

export function signBody(secret: string, timestamp: string, body: Buffer | string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}
