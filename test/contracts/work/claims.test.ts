import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoGateStore } from '../../../lib/adapters/dynamodb/gate-store.ts';
import { dynamoTable } from '../../../lib/adapters/dynamodb/table.ts';
import { dynamoWorkStore } from '../../../lib/adapters/dynamodb/work-store.ts';
import { randomIds } from '../../../lib/adapters/ids.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { finishWork } from '../../../lib/work/finish-work.ts';
import type { WorkPorts } from '../../../lib/work/work-ports.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../embedded-tables.ts';

/** Eight claimers, each with a connection of its own. */
const claimers = ['ann', 'bob', 'cem', 'dee', 'eve', 'fay', 'gil', 'hal'];
let tables: EmbeddedTables;
const clients: DynamoDBClient[] = [];

beforeAll(async () => {
  tables = await startDynalite();
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await tables.stop();
});

/** A queue of its own, and a way to it for each claimer. */
async function queueOf(tableName: string, components: string[]): Promise<{ ports: WorkPorts[]; ids: string[] }> {
  await createTable(tables.client, tableName);
  const ports = claimers.map((): WorkPorts => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint: tables.endpoint, region: 'eu-central-1', credentials });
    clients.push(client);
    const table = dynamoTable({ tableName, client });
    return { work: dynamoWorkStore(table), gates: dynamoGateStore(table), ids: randomIds(), now: () => new Date() };
  });
  const [first] = ports as [WorkPorts];
  const added = await Promise.all(
    components.map((component, index) =>
      addWork(first, { kind: 'task', title: `task ${index}`, component, priority: 100 * (1 + (index % 3)), by: 'U1' }),
    ),
  );
  return { ports, ids: added.map(({ item }) => item.id) };
}

describe('eight claimers at once', () => {
  it('take 300 items: none twice, none lost, and the table agrees about who has what', async () => {
    const { ports, ids } = await queueOf(
      'claims',
      Array.from({ length: 300 }, (_, index) => `c-${index % 5}`),
    );
    const taken = await Promise.all(
      ports.map(async (mine, index) => {
        const holder = claimers[index] ?? '';
        const got: [string, string][] = [];
        for (;;) {
          const claim = await claimNext(mine, { holder });
          if (claim.kind === 'nothing') return got;
          got.push([claim.item.id, holder]);
        }
      }),
    );
    const all = taken.flat();
    expect(all.map(([id]) => id).sort()).toEqual(ids.toSorted());
    expect(taken.every((got) => got.length > 0)).toBe(true);
    const stored = (await ports[0]?.work.getAll(ids as Parameters<WorkPorts['work']['getAll']>[0])) ?? [];
    const holders = stored.map((item) => [item.id, item.state === 'in-progress' ? item.lease.holder : item.state]);
    expect(new Map(holders as [string, string][])).toEqual(new Map(all));
  }, 120_000);

  it('let one of them be the canary, and all go on once it is done', async () => {
    const { ports, ids } = await queueOf(
      'canaries',
      Array.from({ length: 24 }, () => 'shop'),
    );
    const [first] = ports as [WorkPorts];
    const gate = { schema: 1 as const, scope: 'shop', id: 'cause#upstream', mode: 'canary' as const, rev: 'r-1' };
    const words = { reason: 'the upstream is away', opens: 'when one item is done', by: 'U1' };
    await first.gates.publish({ schema: 1, dependsOn: {}, doneWorkDays: 90, publishedAt: new Date().toISOString() });
    await first.gates.put({ ...gate, ...words, at: new Date().toISOString() }, { expected: undefined });

    const claims = await Promise.all(ports.map((mine, index) => claimNext(mine, { holder: claimers[index] ?? '' })));
    const got = claims.flatMap((claim) => (claim.kind === 'claimed' ? [claim] : []));
    expect(got).toMatchObject([{ isCanary: true }]);
    const canary = got[0]?.item;
    if (!canary) throw new Error('there is no canary');
    expect((await first.work.list({ state: 'in-progress', limit: 50 })).lines).toHaveLength(1);

    await finishWork(first, { id: canary.id, token: canary.lease.token });
    const rest = await Promise.all(
      ports.map(async (mine, index) => {
        const done: string[] = [];
        for (;;) {
          const claim = await claimNext(mine, { holder: claimers[index] ?? '' });
          if (claim.kind === 'nothing') return done;
          await finishWork(mine, { id: claim.item.id, token: claim.item.lease.token });
          done.push(claim.item.id);
        }
      }),
    );
    expect([canary.id, ...rest.flat()].sort()).toEqual(ids.toSorted());
    // What is done is kept for as long as the policy says, and then forgotten.
    const table = dynamoTable({ tableName: 'canaries', client: tables.client });
    const stored = await table.get({ pk: `W#${canary.id}`, sk: 'ITEM' });
    const days = (Number(stored?.expiresAt) - Date.parse(String(stored?.endedAt)) / 1000) / 86_400;
    expect(days).toBeCloseTo(90, 3);
  });
});
