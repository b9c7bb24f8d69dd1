import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { localAccount } from './cloudformation.ts';
import { judgeBatch } from './partial-batch.ts';
import type { Outcome } from './protocol.ts';
import type { SqsSource } from './service.ts';

/** Lambda's limit on what one invocation carries. */
const payloadLimit = 6 * 1024 * 1024;

export interface PollerOptions {
  sqs: SQSClient;
  queueUrl: string;
  source: SqsSource;
  /** How many batches are received and run side by side. */
  workers: number;
  invoke: (event: SQSEvent) => Promise<Outcome>;
  onLine: (line: string) => void;
}

export interface Poller {
  /** Batches that were received and are not settled. */
  busy(): number;
  /** Takes nothing new, and resolves when what was taken is settled. */
  stop(): Promise<void>;
}

/** An event source mapping: long polls, gathers a batch, invokes, deletes what is done. The rest comes back by itself. */
export function startSqsPoller(options: PollerOptions): Poller {
  const { sqs, queueUrl, source } = options;
  const stopping = new AbortController();
  let busy = 0;

  async function receive(atMost: number, waitSeconds: number): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(10, atMost),
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    const { Messages: messages } = await sqs.send(command, { abortSignal: stopping.signal });
    return messages ?? [];
  }

  /** Until the batch is full, or its window, which opens with its first message, is over. */
  async function fillWindow(batch: Message[]): Promise<void> {
    const closesAt = Date.now() + source.maximumBatchingWindow * 1000;
    while (batch.length < source.batchSize && Date.now() < closesAt && !stopping.signal.aborted) {
      const more = await receive(source.batchSize - batch.length, 0).catch(() => []);
      batch.push(...more);
      if (more.length === 0) await delay(Math.min(50, Math.max(0, closesAt - Date.now())));
    }
  }

  async function settle(batch: Message[]): Promise<void> {
    const byId = new Map(batch.map((message) => [message.MessageId ?? '', message]));
    const outcome = await options.invoke({ Records: batch.map((message) => record(message, source.arn)) });
    const verdict = judgeBatch([...byId.keys()], outcome, {
      reportsItemFailures: source.functionResponseType !== undefined,
    });
    if (verdict.failed.length > 0) {
      const again = `${verdict.failed.length} of ${batch.length} messages of ${source.queueName} come back after their visibility timeout`;
      options.onLine(verdict.because ? `${again}: ${verdict.because}` : again);
    }
    for (let start = 0; start < verdict.done.length; start += 10) {
      const entries = verdict.done
        .slice(start, start + 10)
        .map((id, index) => ({ Id: String(index), ReceiptHandle: byId.get(id)?.ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    }
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const batch = await receive(source.batchSize, 20);
        if (batch.length === 0) continue;
        busy += 1;
        try {
          await fillWindow(batch);
          for (const portion of portions(batch)) await settle(portion);
        } finally {
          busy -= 1;
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        options.onLine(`${source.queueName}: ${error instanceof Error ? error.message : error}`);
        await delay(500);
      }
    }
  }

  const workers = Array.from({ length: options.workers }, work);
  return {
    busy: () => busy,
    async stop() {
      stopping.abort();
      await Promise.all(workers);
    },
  };
}

/** Ten messages of a megabyte do not fit into one invocation. */
function* portions(batch: Message[]): Generator<Message[]> {
  let portion: Message[] = [];
  let bytes = 0;
  for (const message of batch) {
    const size = Buffer.byteLength(JSON.stringify(message)) + 500;
    if (portion.length > 0 && bytes + size > payloadLimit) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(message);
    bytes += size;
  }
  if (portion.length > 0) yield portion;
}

function record(message: Message, arn: string): SQSRecord {
  const attributes = message.Attributes ?? {};
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? '1',
      SentTimestamp: attributes.SentTimestamp ?? '',
      SenderId: attributes.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? '',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          dataType: DataType ?? 'String',
          ...(StringValue === undefined ? {} : { stringValue: StringValue }),
          ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: localAccount.region,
  };
}
