import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { plainJson } from '../lib/adapters/sqs/plain-json.ts';

/** The client for a queue on AWS, or wherever AWS_ENDPOINT_URL_SQS or the queue's own URL points. */
export function sqsClientFor(queueUrl: string): SQSClient {
  const { hostname, origin } = new URL(queueUrl);
  const region = /(?:^|\.)sqs\.([a-z0-9-]+)\.(?:vpce\.)?amazonaws\./.exec(hostname)?.[1];
  const isPlainAws = /^sqs\.[a-z0-9-]+\.amazonaws\./.test(hostname);
  const { AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const isElsewhere = Boolean(AWS_ENDPOINT_URL_SQS || AWS_ENDPOINT_URL);
  return new SQSClient({
    region: region ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? 'us-east-1',
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000 },
    // A queue URL may name a host that only the endpoint's own network knows.
    ...(isElsewhere && { useQueueUrlAsEndpoint: false }),
    // Said here as well, or the SDK warns on stderr that the two differ.
    ...(!isElsewhere && !isPlainAws && { endpoint: origin }),
  });
}

export interface Message {
  body: string;
  done(): Promise<void>;
  /** Lets it come back soon. */
  giveBack(): Promise<void>;
}

/** Waits up to 20 seconds for messages. */
export async function receive(sqs: SQSClient, queueUrl: string, abortSignal: AbortSignal): Promise<Message[]> {
  const request = { QueueUrl: queueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request), { abortSignal });
  return Messages.map(({ Body = '', ReceiptHandle = '' }) => {
    const handle = { QueueUrl: queueUrl, ReceiptHandle };
    return {
      body: Body,
      done: async () => void (await sqs.send(new DeleteMessageCommand(handle))),
      giveBack: async () =>
        void (await sqs.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 5 }))),
    };
  });
}

/** Sends JSON. */
export async function sendBody(
  sqs: SQSClient,
  queueUrl: string,
  body: string,
  options: { abortSignal?: AbortSignal } = {},
): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: plainJson(body) }), options);
}
