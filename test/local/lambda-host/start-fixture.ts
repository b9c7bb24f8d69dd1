import { fileURLToPath } from 'node:url';
import { ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startDynamoDb } from '../../../local/dynamodb.ts';
import { type LambdaHost, type LambdaHostOptions, startLambdaHost } from '../../../local/lambda-host/host.ts';
import { startSqs } from '../../../local/sqs.ts';

export const fixtureDir = fileURLToPath(new URL('./fixture', import.meta.url));

export interface Fixture {
  host: LambdaHost;
  lines: string[];
  endpoints: { dynamodb: string; sqs: string };
  send(...bodies: string[]): Promise<void>;
  sendTo(queueName: string, ...bodies: string[]): Promise<void>;
  /** Collects from a queue until `count` bodies are there or the time is over. */
  receive(queueName: string, count: number, timeoutMs?: number): Promise<string[]>;
  stop(): Promise<void>;
}

/** The fixture service on a table and queues of its own. */
export async function startFixture(options: Partial<LambdaHostOptions> = {}): Promise<Fixture> {
  const [dynamodb, queues] = await Promise.all([startDynamoDb(), startSqs()]);
  const endpoints = { dynamodb: dynamodb.endpoint, sqs: queues.endpoint };
  const lines: string[] = [];
  const host = await startLambdaHost({
    projectDir: fixtureDir,
    env: {},
    endpoints,
    schedules: false,
    maxSandboxes: 1,
    onLine: (name, line) => lines.push(`${name} ${line}`),
    ...options,
  });
  const sqs = new SQSClient({
    endpoint: queues.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  async function sendTo(queueName: string, ...bodies: string[]): Promise<void> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: host.queueUrl(queueName), Entries }));
  }
  return {
    host,
    lines,
    endpoints,
    send: (...bodies) => sendTo('fixture-local-work', ...bodies),
    sendTo,
    async receive(queueName, count, timeoutMs = 8000) {
      const until = Date.now() + timeoutMs;
      const bodies: string[] = [];
      while (bodies.length < count && Date.now() < until) {
        const command = new ReceiveMessageCommand({
          QueueUrl: host.queueUrl(queueName),
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
          VisibilityTimeout: 600,
        });
        const { Messages } = await sqs.send(command);
        bodies.push(...(Messages ?? []).map(({ Body }) => Body ?? ''));
      }
      return bodies;
    },
    async stop() {
      sqs.destroy();
      await host.stop();
      await Promise.all([dynamodb.stop(), queues.stop()]);
    },
  };
}
