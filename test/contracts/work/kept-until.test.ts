import { afterAll, beforeAll, expect, it } from 'vitest';
import { dynamoTable, type Table } from '../../../lib/adapters/dynamodb/table.ts';
import { randomIds } from '../../../lib/adapters/ids.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { closeDebt } from '../../../lib/recovery/debt.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { decomposeWork } from '../../../lib/work/decompose-work.ts';
import type { WorkItemId } from '../../../lib/work/work-item.ts';
import { cancelItem } from '../../../runner/mirror/queue-side.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../embedded-tables.ts';
import { dynamoStores } from '../stores/stores.ts';

let tables: EmbeddedTables;
let table: Table;
beforeAll(async () => {
  tables = await startDynalite();
  await createTable(tables.client, 'kept');
  table = dynamoTable({ tableName: 'kept', client: tables.client });
});
afterAll(() => tables.stop());

it('keeps what is split, cancelled, or closed with its workaround as long as policy says', async () => {
  const { work, gates } = dynamoStores(table);
  const at = new Date('2026-05-04T10:00:00.000Z');
  const ports = { work, gates, ids: randomIds(), now: () => at };
  const policy = Policy.parse({ version: 1, channels: { default: '#failures' }, retention: { doneWorkDays: 30 } });
  await gates.publish({ schema: 1, dependsOn: {}, publishedAt: at.toISOString(), doneWorkDays: 30 });
  const add = async (id: string, given: object = {}) =>
    (
      await addWork(ports, {
        id: id as WorkItemId,
        kind: 'task',
        title: id,
        component: 'shop',
        priority: 300,
        by: 'U1',
        ...given,
      })
    ).item;
  const requirements = Array.from({ length: 12 }, (_, index) => `part ${index}`);
  const split = await add('W-SPLIT', { requirements, estimateMinutes: 2000, filesTouched: 90 });
  expect(await decomposeWork(ports, { id: split.id, by: 'U1' })).toMatchObject({ kind: 'split' });
  const removed = await add('W-REMOVED');
  await cancelItem({ ports, component: 'shop', holder: 'files:demo' }, removed);
  const debt = await add('W-DEBT', { kind: 'technical-debt' });
  await closeDebt({ ...ports, policy }, debt.id, { by: 'U1', because: 'The workaround is removed' });

  for (const id of ['W-SPLIT', 'W-REMOVED', 'W-DEBT']) {
    const item = await table.get({ pk: `W#${id}`, sk: 'ITEM' });
    expect([id, item?.expiresAt]).toEqual([id, at.getTime() / 1000 + 30 * 86_400]);
  }
  expect(await table.get({ pk: 'W#W-SPLIT.1', sk: 'ITEM' })).not.toHaveProperty('expiresAt');
});
