import type { Json } from '../page-api.ts';
import { inWords, type Reason } from './blocks/reasons.ts';

/** An answer with ok:false: HTTP 200 with Slack's code, and details beside it. */
export class SlackError extends Error {
  override name = 'SlackError';
  readonly code: string;
  readonly details: Json;

  constructor(code: string, details: Json = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** With the reasons where Slack's clients look for them. */
export function errorWithReasons(code: string, reasons: readonly Reason[]): SlackError {
  if (reasons.length === 0) return new SlackError(code);
  const words = reasons.map(inWords);
  return new SlackError(code, {
    errors: words,
    response_metadata: { messages: words.map((line) => `[ERROR] ${line}`) },
  });
}
