import type { SQSRecord } from 'aws-lambda';
import type { PoisonError } from '../../errors.ts';
import type { Now, Redact, RejectedStore } from '../../ports.ts';
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
    body: clipMiddle(await redact(record.body), keptCharacters),
    bodyBytes: Buffer.byteLength(record.body),
    sender: record.attributes.SenderId,
    at: now(),
  });
}
