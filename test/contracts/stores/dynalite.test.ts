import { afterAll, beforeAll } from 'vitest';
import { dynamoTable } from '../../../lib/adapters/dynamodb/table.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../embedded-tables.ts';
import { failureStoreContract } from './failure-store.contract.ts';
import { signalLedgerContract } from './ledger.contract.ts';
import { dynamoStores, type Stores } from './stores.ts';

let tables: EmbeddedTables;
let stores: Stores;

beforeAll(async () => {
  tables = await startDynalite();
  await createTable(tables.client, 'kintsugi');
  stores = dynamoStores(dynamoTable({ tableName: 'kintsugi', client: tables.client }));
});
afterAll(() => tables.stop());

signalLedgerContract('dynalite', () => stores);
failureStoreContract('dynalite', () => stores);
