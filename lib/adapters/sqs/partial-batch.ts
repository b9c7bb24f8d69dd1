import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { PoisonError } from '../../errors.ts';
import type { Log } from '../../ports.ts';

/**
 * Handles each record alone: one that throws is reported by id and tried again, its neighbours are done.
 * A PoisonError is kept by `onPoison` and done; when even keeping it fails, the record is tried again.
 */
export async function processBatch(
  event: SQSEvent,
  handle: (record: SQSRecord) => Promise<void>,
  { onPoison, log }: { onPoison: (record: SQSRecord, poison: PoisonError) => Promise<void>; log: Log },
): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    event.Records.map(async (record) => {
      try {
        await handle(record);
        return undefined;
      } catch (error) {
        return await settleProblem(record, error, { onPoison, log });
      }
    }),
  );
  return { batchItemFailures: failed.filter((id) => id !== undefined).map((itemIdentifier) => ({ itemIdentifier })) };
}

async function settleProblem(
  record: SQSRecord,
  error: unknown,
  { onPoison, log }: { onPoison: (record: SQSRecord, poison: PoisonError) => Promise<void>; log: Log },
): Promise<string | undefined> {
  try {
    if (!(error instanceof PoisonError)) throw error;
    await onPoison(record, error);
    log('rejected', { messageId: record.messageId, reason: error.reason });
    return undefined;
  } catch (again) {
    log('will be tried again', {
      messageId: record.messageId,
      error: again instanceof Error ? `${again.name}: ${again.message}` : String(again),
      receives: record.attributes.ApproximateReceiveCount,
    });
    return record.messageId;
  }
}
