import { afterAll, beforeAll } from 'vitest';
import { dynamoTable, type Table } from '../../../lib/adapters/dynamodb/table.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../embedded-tables.ts';
import { tableContracts } from './stores.ts';

let tables: EmbeddedTables;
let table: Table;

beforeAll(async () => {
  tables = await startDynalite();
  await createTable(tables.client, 'kintsugi');
  table = dynamoTable({ tableName: 'kintsugi', client: tables.client });
});
afterAll(() => tables.stop());

tableContracts('dynalite', () => table);
