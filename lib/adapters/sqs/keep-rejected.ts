import type { SQSRecord } from 'aws-lambda';
import type { PoisonError } from '../../errors.ts';
import type { Now, Redact, RejectedStore } from '../../ports.ts';
import { jsonDepth, maxJsonDepth, redactJson } from '../../signal/redact-json.ts';
import { clipMiddle } from '../../signal/signal.ts';

/** Enough of the body to see what it was; the rest is named by its size. */
const keptCharacters = 8000;

/** Keeps a message that no retry can mend, redacted, with the reason and the sender. */
export async function keepRejected(
  { rejected, redact, now }: { rejected: RejectedStore; redact: Redact; now: Now },
  record: SQSRecord,
  poison: PoisonError,
): Promise<void> {
  await rejected.keep({
    messageId: record.messageId,
    reason: poison.reason,
    detail: await redact(poison.advice),
    body: clipMiddle(await redactBody(record.body, redact), keptCharacters),
    bodyBytes: Buffer.byteLength(record.body),
    sender: record.attributes.SenderId,
    at: now(),
  });
}

/** In JSON, quotes are escaped and secrets wear another shape: so its strings are redacted, not its text. */
async function redactBody(body: string, redact: Redact): Promise<string> {
  try {
    if (jsonDepth(body) <= maxJsonDepth) return JSON.stringify(await redactJson(JSON.parse(body), redact));
    return await redact(body.replaceAll(/\\+["nrt]/g, ' '));
  } catch {
    // Escaped quotes and line ends would glue a secret to the letters around them.
    return redact(body.replaceAll(/\\+["nrt]/g, ' '));
  }
}
