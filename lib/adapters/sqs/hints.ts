import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { z } from 'zod';
import { PoisonError } from '../../errors.ts';
import { explainIssues } from '../../explain-issues.ts';
import type { BundleHints, Hints, Log } from '../../ports.ts';

export interface HintQueues {
  notifyQueueUrl?: string | undefined;
  learnQueueUrl?: string | undefined;
  recoveryQueueUrl?: string | undefined;
}

/** SQS refuses a delay over 15 minutes. */
const maxDelaySeconds = 900;

/**
 * Hints go to the queue of whom they concern. What must happen is already saved as a due, so a hint that cannot be sent is
 * logged and left to the sweep: a queue that is down delays, and undoes nothing.
 */
export function sqsHints(sqs: SQSClient, queues: HintQueues, log: Log): Hints & BundleHints {
  const send = async (name: keyof HintQueues, hint: object, delaySeconds = 0) => {
    const QueueUrl = queues[name];
    if (!QueueUrl) throw new Error(`${name} is not configured for this function`);
    const DelaySeconds = Math.min(Math.max(Math.ceil(delaySeconds), 0), maxDelaySeconds);
    try {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(hint), DelaySeconds }));
    } catch (error) {
      log('hint not sent, the sweep repeats it', { queue: name, error: String(error) });
    }
  };
  return {
    notify: (hint, options) => send('notifyQueueUrl', hint, options?.delaySeconds),
    bundle: (hint, options) => send('notifyQueueUrl', hint, options?.delaySeconds),
    learn: (hint, options) => send('learnQueueUrl', hint, options?.delaySeconds),
    recovery: (hint, options) => send('recoveryQueueUrl', hint, options?.delaySeconds),
    effects: (hint, options) => send('recoveryQueueUrl', hint, options?.delaySeconds),
    work: (hint, options) => send('recoveryQueueUrl', hint, options?.delaySeconds),
  };
}

/** Parses a hint or report from a queue; what is not one is poison (`invalid_hint` unless said). */
export function parseMessage<T extends z.ZodType>(
  schema: T,
  body: string,
  reason: 'invalid_hint' | 'invalid_report' = 'invalid_hint',
): z.output<T> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw new PoisonError('not_json', 'The body is not JSON.', { cause });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new PoisonError(reason, explainIssues(parsed.error));
  return parsed.data;
}
