import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import type { PoisonError } from '../../errors.ts';
import { FailureId } from '../../failure/ids.ts';
import { BundleId } from '../../noise/bundle.ts';
import { type ShowBundlePorts, showBundle } from '../../noise/show-bundle.ts';
import { type ShowPorts, showFailure } from '../../response/show-failure.ts';
import { parseMessage } from './hints.ts';
import { processBatch } from './partial-batch.ts';

/** Something changed; the table says what. */
const NotifyHint = z.union([z.object({ failureId: FailureId }), z.object({ bundleId: BundleId })]);

export type NotifyPorts = ShowPorts &
  ShowBundlePorts & { onPoison: (record: SQSRecord, poison: PoisonError) => Promise<void> };

/** Slack is made to show what the table says; several hints about one failure in a batch are one. */
export async function notifyBatch(ports: NotifyPorts, event: SQSEvent): Promise<SQSBatchResponse> {
  const shown = new Map<string, Promise<void>>();
  return processBatch(
    event,
    async (record) => {
      const hint = parseMessage(NotifyHint, record.body);
      const name = 'failureId' in hint ? hint.failureId : hint.bundleId;
      const showing = shown.get(name) ?? ('failureId' in hint ? showFailure(ports, hint) : showBundle(ports, hint));
      shown.set(name, showing);
      await showing;
    },
    ports,
  );
}
