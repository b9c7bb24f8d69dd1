import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../local/lambda-host/protocol.ts';
import { type Fixture, startFixture } from './start-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ schedules: { everyMs: 3_600_000, twiceEvery: 2 }, maxSandboxes: 2 });
});
afterAll(() => fixture.stop());

const payload = (outcome: Outcome | undefined) =>
  outcome?.kind === 'returned' ? JSON.parse(outcome.payload) : outcome;

describe('a function\u2019s process', () => {
  it('serves one invocation after the other, warm, and a new one takes over after kill -9', async () => {
    const [first] = await fixture.host.fire('clock');
    expect(payload(first)).toMatchObject({ invocations: 1, type: 'Scheduled Event' });
    const [second, twin] = await fixture.host.fire('clock');
    expect(twin).toBeDefined();
    expect([payload(second).pid, payload(twin).pid]).toContain(payload(first).pid);

    expect(fixture.host.kill('clock')).toBe(2);
    const [third] = await fixture.host.fire('clock');
    expect(payload(third).invocations).toBe(1);
    expect(payload(third).pid).not.toBe(payload(first).pid);
  });

  it.runIf(process.platform === 'linux')('stands still between invocations', async () => {
    const { pid } = payload(await fixture.host.invoke('clock', { resources: [] }));
    await delay(50);
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.charAt(0)).toBe('T');
  });

  it('is refused by name when there is no such function', async () => {
    await expect(fixture.host.invoke('nobody', {})).rejects.toThrow(
      'declares no function "nobody": it has worker, web, clock',
    );
  });
});

it('creates the table with its keys and sparse index', async () => {
  const dynamodb = new DynamoDBClient({
    endpoint: fixture.endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'fixture-local' }));
  dynamodb.destroy();
  expect(Table?.KeySchema).toEqual([{ AttributeName: 'pk', KeyType: 'HASH' }]);
  expect(
    Table?.GlobalSecondaryIndexes?.map(({ IndexName, Projection }) => [IndexName, Projection?.ProjectionType]),
  ).toEqual([['attention', 'KEYS_ONLY']]);
});
