import { PoisonError } from '../errors.ts';
import { explainIssues } from '../explain-issues.ts';
import type { Redact } from '../ports.ts';
import { hash128 } from './hash.ts';
import { jsonDepth, maxJsonDepth, redactJson } from './redact-json.ts';
import { clockSkewMs, maxSignalBytes, Signal, signalMemoryDays } from './signal.ts';

export interface ParsedSignal {
  signal: Signal;
  /** Of the body as it was sent: the same id with another hash is another signal under a used id. */
  bodyHash: string;
}

/** Fields that name the signal rather than tell of it; redaction would change who it is. */
const names = new Set(['version', 'id', 'occurredAt', 'component', 'severity']);

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
  if (jsonDepth(body) > maxJsonDepth) {
    throw new PoisonError(
      'invalid_signal',
      `The body nests deeper than ${maxJsonDepth} levels. Send the fields as they are.`,
    );
  }
  const json = parseJsonObject(body);
  if (json.version !== 1) {
    throw new PoisonError(
      'unsupported_version',
      `version is ${JSON.stringify(json.version)?.slice(0, 20)}; this Kintsugi reads version 1.`,
    );
  }
  const named = Object.entries(json).filter(([key]) => names.has(key));
  const told = Object.entries(json).filter(([key]) => !names.has(key));
  const redacted = { ...(await redactObject(told, redact)), ...Object.fromEntries(named) };
  const parsed = Signal.safeParse(redacted);
  if (!parsed.success) throw new PoisonError('invalid_signal', `${explainIssues(parsed.error)}.`);
  refuseImpossibleTimes(parsed.data, now);
  return {
    signal: { ...parsed.data, id: await safeId(parsed.data.id, redact) },
    bodyHash: hash128(JSON.stringify(json)),
  };
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

async function redactObject(entries: [string, unknown][], redact: Redact): Promise<object> {
  return (await redactJson(Object.fromEntries(entries), redact)) as object;
}

/** An id that itself looks like a secret or an address is kept as its hash: still the same id for the same signal. */
async function safeId(id: string, redact: Redact): Promise<string> {
  return (await redact(id)) === id ? id : `hash:${hash128(id)}`;
}
