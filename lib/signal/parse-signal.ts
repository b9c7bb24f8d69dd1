import { PoisonError } from '../errors.ts';
import type { Redact } from '../ports.ts';
import { hash128 } from './hash.ts';
import { clockSkewMs, maxSignalBytes, Signal, signalMemoryDays } from './signal.ts';

export interface ParsedSignal {
  signal: Signal;
  /** Of the body as it was sent: the same id with another hash is another signal under a used id. */
  bodyHash: string;
}

/** Fields that name the signal rather than tell of it; redaction would change who it is. */
const names = new Set(['version', 'id', 'occurredAt', 'component', 'severity', 'git']);

/**
 * From the body of a message to a signal with every text redacted, then clipped (in this order: half a secret is no longer
 * recognised). Throws PoisonError with the reason and what to send instead.
 */
export async function parseSignal(body: string, { redact, now }: { redact: Redact; now: Date }): Promise<ParsedSignal> {
  const bytes = new TextEncoder().encode(body).length;
  if (bytes > maxSignalBytes) {
    throw new PoisonError(
      'too_large',
      `${bytes} bytes; at most ${maxSignalBytes}. Send the end of the output, and a link to the rest.`,
    );
  }
  const json = parseJsonObject(body);
  if (json.version !== 1) {
    throw new PoisonError(
      'unsupported_version',
      `version is ${JSON.stringify(json.version)?.slice(0, 20)}; this Kintsugi reads version 1.`,
    );
  }
  const redacted: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json))
    redacted[key] = names.has(key) ? value : await redactStrings(value, redact);
  const parsed = Signal.safeParse(redacted);
  if (!parsed.success) {
    const issues = parsed.error.issues
      .slice(0, 5)
      .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
    throw new PoisonError('invalid_signal', `${issues.join('; ')}.`);
  }
  refuseImpossibleTimes(parsed.data, now);
  return { signal: parsed.data, bodyHash: hash128(JSON.stringify(json)) };
}

function parseJsonObject(body: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(body);
    if (json !== null && typeof json === 'object' && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch (cause) {
    throw new PoisonError('not_json', 'The body is not JSON. Send one JSON object a message.', { cause });
  }
  throw new PoisonError('not_json', 'The body is JSON, but not an object. Send one JSON object a message.');
}

function refuseImpossibleTimes(signal: Signal, now: Date): void {
  const occurredAt = Date.parse(signal.occurredAt);
  if (occurredAt > now.getTime() + clockSkewMs) {
    throw new PoisonError(
      'in_the_future',
      `occurredAt ${signal.occurredAt} is more than 5 minutes ahead. Set the sender's clock.`,
    );
  }
  if (occurredAt < now.getTime() - signalMemoryDays * 86_400_000) {
    throw new PoisonError(
      'too_old',
      `occurredAt ${signal.occurredAt} is over ${signalMemoryDays} days ago, so a repeat could not be told from a new one.`,
    );
  }
}

/** Applies `redact` to every string in a JSON value, keys included where they stand as text. */
async function redactStrings(value: unknown, redact: Redact): Promise<unknown> {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return Promise.all(value.map((item) => redactStrings(item, redact)));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await redactStrings(item, redact)])),
    );
  }
  return value;
}
