import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  ListTablesCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '../../local/dynamodb.ts';

/** A DynamoDB on loopback, in memory, that is gone when it is stopped. */
export interface EmbeddedTables {
  endpoint: string;
  client: DynamoDBClient;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);

function clientFor(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
}

/** dynalite: the embedded table of `npm start`. */
export async function startDynalite(): Promise<EmbeddedTables> {
  const server = await startDynamoDb();
  const client = clientFor(server.endpoint);
  return {
    endpoint: server.endpoint,
    client,
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}

/** AWS's own DynamoDB Local needs Java; said in one line where there is none. */
export function dynamoDbLocalIsThere(): boolean {
  if (spawnSync('java', ['-version']).status === 0) return true;
  console.info('skipped: DynamoDB Local needs Java, and there is none on this machine');
  return false;
}

export async function startDynamoDbLocal(): Promise<EmbeddedTables> {
  const folder = join(dirname(require.resolve('amplify-dynamodb-simulator/package.json')), 'emulator');
  const port = await freePort();
  const java = spawn(
    'java',
    [
      // It lives for seconds: compiling it thoroughly costs more than it gains.
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-Djava.library.path=./DynamoDBLocal_lib',
      '-jar',
      'DynamoDBLocal.jar',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  const client = clientFor(endpoint);
  await answers(java, client);
  return {
    endpoint,
    client,
    async stop() {
      client.destroy();
      const gone = new Promise((resolve) => java.once('exit', resolve));
      if (java.exitCode === null && java.kill()) await gone;
    },
  };
}

/** The table as serverless.yml declares it. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  const index = (IndexName: string, hash: string, range: string) =>
    ({
      IndexName,
      KeySchema: keys(hash, range),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    }) satisfies GlobalSecondaryIndex;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'lpk', 'lsk', 'rpk', 'rsk', 'apk', 'ask'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [
        index('listing', 'lpk', 'lsk'),
        index('related', 'rpk', 'rsk'),
        index('attention', 'apk', 'ask'),
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.5 }, { TableName: name });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function answers(java: ChildProcess, client: DynamoDBClient): Promise<void> {
  let said = '';
  java.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  for (const patience = Date.now() + 20_000; Date.now() < patience; ) {
    if (java.exitCode !== null) break;
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  java.kill();
  throw new Error(`DynamoDB Local did not answer within 20 s: ${said.slice(0, 500)}`);
}
