import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimDataFolder } from '../../../local/data-folder.ts';
import { startDynamoDb } from '../../../local/dynamodb.ts';
import { startLocalStack } from '../../../local/stack.ts';

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'kintsugi-end-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Asks the table of a stack that has ended. */
async function withTable<T>(dataDir: string, ask: (dynamodb: DynamoDBClient) => Promise<T>): Promise<T> {
  const table = await startDynamoDb({ dataDir: path.join(dataDir, 'dynamodb') });
  const dynamodb = new DynamoDBClient({ region: 'us-east-1', endpoint: table.endpoint, credentials });
  try {
    return await ask(dynamodb);
  } finally {
    dynamodb.destroy();
    await table.stop();
  }
}

// It has a second for it, which a busy machine may need for something else.
it('stores what was only queued before it ends', { retry: 2, timeout: 60_000 }, async () => {
  const dataDir = mkdtempSync(path.join(scratch, 'queued-'));
  const stack = await startLocalStack({ port: 0, dataDir, host: { schedules: false, maxSandboxes: 1 } });
  await stack.host.idle();
  const { sqsEndpoint, failuresQueueUrl, tableName } = stack.endpoints;
  const sqs = new SQSClient({ region: 'us-east-1', endpoint: sqsEndpoint, credentials });
  // One more than its only process takes at once.
  const ids = Array.from({ length: 11 }, (_, at) => `end-${at}`);
  for (const some of [ids.slice(0, 10), ids.slice(10)]) {
    const Entries = some.map((id) => ({
      Id: id,
      MessageBody: JSON.stringify({
        version: 1,
        id,
        occurredAt: new Date().toISOString(),
        component: 'checkout',
        summary: 'Carts are empty',
      }),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: failuresQueueUrl, Entries }));
  }
  sqs.destroy();
  expect(await stack.stop()).toEqual([]);

  const { Items = [] } = await withTable(dataDir, (dynamodb) =>
    dynamodb.send(new ScanCommand({ TableName: tableName })),
  );
  const stored = JSON.stringify(Items);
  expect(ids.filter((id) => !stored.includes(`"${id}"`) && !stored.includes(`#${id}"`))).toEqual([]);
});

it('closes what has started when a part cannot start, and says which', async () => {
  const dataDir = path.join(scratch, 'broken');
  mkdirSync(path.join(dataDir, 'qdrant'), { recursive: true });
  writeFileSync(path.join(dataDir, 'qdrant', 'qdrant.jsonl'), 'nonsense\n');
  await expect(startLocalStack({ port: 0, dataDir })).rejects.toThrow(/Cannot read line 1 of .*qdrant\.jsonl/);

  // Its folders can be opened by one process at a time.
  await withTable(dataDir, (dynamodb) => dynamodb.send(new ListTablesCommand()));
  await (await claimDataFolder(dataDir)).release();
}, 30_000);
