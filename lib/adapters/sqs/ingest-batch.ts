import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { PoisonError } from '../../errors.ts';
import { type IncomingSignal, type RecordPorts, recordSignals } from '../../failure/record-signals.ts';
import type { Redact, RejectedStore } from '../../ports.ts';
import { parseSignal } from '../../signal/parse-signal.ts';
import { keepRejected } from './keep-rejected.ts';
import { processBatch } from './partial-batch.ts';

export type IngestPorts = RecordPorts & { rejected: RejectedStore; redact: Redact };

/**
 * One batch: every body is parsed alone, the good ones are recorded together by group (one intent a group, not one a
 * signal), and a group that cannot be stored now brings back only its own records.
 */
export async function ingestBatch(ports: IngestPorts, event: SQSEvent): Promise<SQSBatchResponse> {
  const parsed = new Map<SQSRecord, Promise<IncomingSignal>>();
  for (const record of event.Records) {
    const incoming = parseFrom(ports, record);
    incoming.catch(() => undefined); // reported below, by the record it belongs to
    parsed.set(record, incoming);
  }
  const good = (await Promise.allSettled(parsed.values())).flatMap((one) =>
    one.status === 'fulfilled' ? [one.value] : [],
  );
  const recorded = recordSignals(ports, good);
  return processBatch(
    event,
    async (record) => {
      const incoming = await parsed.get(record);
      if (!incoming) return;
      const answer = (await recorded).get(incoming);
      if (answer?.kind === 'failed') throw answer.error;
      if (answer?.kind === 'reused') {
        throw new PoisonError(
          'id_reused',
          `The id "${incoming.signal.id}" came before with another body. Give each signal its own id.`,
        );
      }
    },
    { onPoison: (record, poison) => keepRejected(ports, record, poison), log: ports.log },
  );
}

/** From a producer: a look at what is not broken is asked for in Slack, where it can hide no failure. */
async function parseFrom({ redact, now }: IngestPorts, record: SQSRecord): Promise<IncomingSignal> {
  const parsed = await parseSignal(record.body, { redact, now: now() });
  if (parsed.signal.kind === undefined) return { ...parsed, source: sourceOf(record) };
  throw new PoisonError(
    'invalid_signal',
    `kind: ${parsed.signal.kind} is what Kintsugi files itself (\`/failure diagnose\` in Slack). Leave it out, and say what failed.`,
  );
}

/** The sender's IAM principal, without the session, so that a restarted producer is still the same source. */
function sourceOf(record: SQSRecord): string {
  return record.attributes.SenderId?.split(':')[0] || 'unknown';
}
