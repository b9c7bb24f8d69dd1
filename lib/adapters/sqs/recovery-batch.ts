import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import type { Redact, RejectedStore } from '../../ports.ts';
import { SignedEnvelope, type VerifyEnvelope } from '../../recovery/command.ts';
import { followRun, RunHint } from '../../recovery/follow-run.ts';
import { openReport } from '../../recovery/open-report.ts';
import { recordReport } from '../../recovery/record-report.ts';
import type { RecoveryPorts } from '../../recovery/recovery-ports.ts';
import { parseMessage } from './hints.ts';
import { keepRejected } from './keep-rejected.ts';
import { processBatch } from './partial-batch.ts';

export type RecoveryBatchPorts = RecoveryPorts & { verify: VerifyEnvelope; rejected: RejectedStore; redact: Redact };

/** Both queues of the recovery function come here: a hint names a run, a report is a signed envelope. */
const Message = z.looseObject({ payload: z.unknown().optional() });

export function recoveryBatch(ports: RecoveryBatchPorts, event: SQSEvent): Promise<SQSBatchResponse> {
  return processBatch(event, (record) => handleMessage(ports, record), {
    onPoison: (record, poison) => keepRejected(ports, record, poison),
    log: ports.log,
  });
}

async function handleMessage(ports: RecoveryBatchPorts, { body }: SQSRecord): Promise<void> {
  if (!('payload' in parseMessage(Message, body))) return followRun(ports, parseMessage(RunHint, body));
  return recordReport(ports, openReport(ports, parseMessage(SignedEnvelope, body, 'invalid_report')));
}
