import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

/** The queues of a running stack, as producers, runners and operators see them. */
export function queuesAt(endpoint: string) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ region: 'us-east-1', endpoint, credentials, useQueueUrlAsEndpoint: false });
  return {
    async send(QueueUrl: string, MessageBody: string): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    /** Everything that is visible now, each taken off the queue when it is handled; how many there were. */
    async handleAll(QueueUrl: string, handle: (body: string) => Promise<void> | void): Promise<number> {
      let handled = 0;
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
        );
        if (Messages.length === 0) return handled;
        for (const { Body = '', ReceiptHandle } of Messages) {
          await handle(Body);
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
          handled += 1;
        }
      }
    },
    /** Messages of a queue: ready, being worked on, or not due yet. */
    async count(QueueUrl: string): Promise<number> {
      const names = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ] as const;
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
      );
      return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },
    close: () => sqs.destroy(),
  };
}
export type Queues = ReturnType<typeof queuesAt>;
