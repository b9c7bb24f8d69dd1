import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import type { PoisonError } from '../../errors.ts';
import { FailureId } from '../../failure/failure.ts';
import { type ShowPorts, showFailure } from '../../response/show-failure.ts';
import { parseMessage } from './hints.ts';
import { processBatch } from './partial-batch.ts';

/** Something changed; the table says what. */
const NotifyHint = z.object({ failureId: FailureId });

export type NotifyPorts = ShowPorts & { onPoison: (record: SQSRecord, poison: PoisonError) => Promise<void> };

/** Slack is made to show what the table says; several hints about one failure in a batch are one. */
export async function notifyBatch(ports: NotifyPorts, event: SQSEvent): Promise<SQSBatchResponse> {
  const shown = new Map<FailureId, Promise<void>>();
  return processBatch(
    event,
    async (record) => {
      const { failureId } = parseMessage(NotifyHint, record.body);
      const showing = shown.get(failureId) ?? showFailure(ports, { failureId });
      shown.set(failureId, showing);
      await showing;
    },
    ports,
  );
}
