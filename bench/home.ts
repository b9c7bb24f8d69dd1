/**
 * How long Home takes, on the local stack: from opening the tab to its being drawn, and from a press in it to its being drawn
 * anew, with very much open.
 * Usage: npm run bench:home [open failures] [openings]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { dynamoTable } from '../lib/adapters/dynamodb/table.ts';
import { dynamoWorkStore } from '../lib/adapters/dynamodb/work-store.ts';
import { type Stack, startLocalStack } from '../local/stack.ts';

const failures = Number(process.argv[2] ?? 300);
const openings = Number(process.argv[3] ?? 30);
const scratch = mkdtempSync(path.join(tmpdir(), 'kintsugi-bench-'));

/** Numbers are masked, so failures differ by letters. */
const nameOf = (n: number) =>
  Array.from({ length: 4 }, (_, place) => 'bcdfghjklm'[Math.floor(n / 10 ** place) % 10]).join('');

/** Level 1 has no card, so that Slack's limits on posts hold nothing up. */
async function fail({ endpoints }: Stack, sqs: SQSClient, n: number): Promise<void> {
  const summary = `Import of ${nameOf(n)} is late`;
  const signal = {
    version: 1,
    id: `bench-${n}`,
    occurredAt: new Date().toISOString(),
    component: 'shop',
    severity: 1,
    summary,
  };
  await sqs.send(new SendMessageCommand({ QueueUrl: endpoints.failuresQueueUrl, MessageBody: JSON.stringify(signal) }));
}

const ada = ({ workspace }: Stack) => workspace.act('ada');
const countIn = (stack: Stack): number => {
  const blocks = JSON.stringify(ada(stack).home()?.blocks ?? []);
  return Number(/⚪ (\d+) trivial/.exec(blocks)?.[1] ?? 0);
};

async function until(isSo: () => boolean, what: string): Promise<void> {
  const startedAt = performance.now();
  while (!isSo()) {
    if (performance.now() - startedAt > 60_000) throw new Error(`not within a minute: ${what}`);
    await delay(1);
  }
}

async function drawn(stack: Stack, act: () => unknown): Promise<number> {
  const before = ada(stack).home()?.hash;
  const startedAt = performance.now();
  act();
  await until(() => ada(stack).home()?.hash !== before, 'Home is drawn');
  return performance.now() - startedAt;
}

function line(what: string, times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)} ms`;
  return `| ${[what.padEnd(44), at(0.5).padStart(8), at(0.95).padStart(8), at(1).padStart(8), String(times.length).padStart(3)].join(' | ')} |`;
}

const stack = await startLocalStack({ port: 0, dataDir: path.join(scratch, 'stack') });
const sqs = new SQSClient({
  region: 'us-east-1',
  endpoint: stack.endpoints.sqsEndpoint,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  useQueueUrlAsEndpoint: false,
});
const client = new DynamoDBClient({
  region: 'us-east-1',
  endpoint: stack.endpoints.dynamodbEndpoint,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const work = dynamoWorkStore(dynamoTable({ tableName: stack.endpoints.tableName, client }));
const opened: number[] = [];
const pressed: number[] = [];
try {
  for (let n = 0; n < failures; n += 1) await fail(stack, sqs, n);
  // Each gets its item in the queue last.
  while ((await work.list({ state: 'pending', limit: failures })).lines.length < failures) await delay(250);
  await delay(2000);
  const first = await drawn(stack, () => ada(stack).openHome());
  for (let n = 0; n < openings; n += 1) {
    const before = countIn(stack);
    // Something is news each time, else it stands as it is.
    await fail(stack, sqs, failures + n);
    await delay(200);
    opened.push(await drawn(stack, () => ada(stack).openHome()));
    if (countIn(stack) <= before) throw new Error('Home does not say what is open');
    pressed.push(await drawn(stack, () => ada(stack).click('home', 'Refresh')));
  }
  console.log(`| ${`${failures} open`.padEnd(44)} |      p50 |      p95 |    worst |   n |`);
  console.log(`| ${'-'.repeat(44)} | -------: | -------: | -------: | --: |`);
  console.log(line('Home opened for the first time, cold', [first]));
  console.log(line('Home opened → drawn', opened));
  console.log(line('a press in Home → drawn anew', pressed));
  console.log(`\nNode ${process.versions.node}, ${cpus().length} cores. Again: npm run bench:home`);
} finally {
  sqs.destroy();
  client.destroy();
  await stack.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(Math.max(...opened) > 1000 ? 1 : 0);
