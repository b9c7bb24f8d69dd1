import type { Redact } from '../ports.ts';

/** Nested deeper than this it is no signal, and walking it would exhaust the stack. */
export const maxJsonDepth = 50;

/** How deep a JSON text nests, told from its brackets outside strings. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}

/**
 * Redacts every string in a JSON value. A value is read together with its key, so that `{"db_password": "hunter2"}` is
 * known for what it is; keys are redacted as well.
 */
export async function redactJson(value: unknown, redact: Redact): Promise<unknown> {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return Promise.all(value.map((item) => redactJson(item, redact)));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(async ([key, item]) => [
    await redact(key),
    await redactEntry(key, item, redact),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

async function redactEntry(key: string, value: unknown, redact: Redact): Promise<unknown> {
  if (typeof value !== 'string') return redactJson(value, redact);
  const prefix = `${key}=`;
  const together = await redact(prefix + value);
  return together.startsWith(prefix) ? together.slice(prefix.length) : redact(value);
}
