import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import type { PoisonError } from '../../errors.ts';
import { FailureId } from '../../failure/ids.ts';
import { type LearnPorts, learnFailure } from '../../pattern/learn-failure.ts';
import { parseMessage } from './hints.ts';
import { processBatch } from './partial-batch.ts';

/** A failure changed; the table says how. */
const Hint = z.object({ failureId: FailureId });

/** One batch of hints for memory. */
export function learnBatch(
  ports: LearnPorts & { onPoison: (record: SQSRecord, poison: PoisonError) => Promise<void> },
  event: SQSEvent,
): Promise<SQSBatchResponse> {
  return processBatch(event, (record) => learnFailure(ports, parseMessage(Hint, record.body).failureId), ports);
}
