import { afterAll, beforeAll, describe } from 'vitest';
import { dynamoTable, type Table } from '../../../lib/adapters/dynamodb/table.ts';
import { createTable, dynamoDbLocalIsThere, type EmbeddedTables, startDynamoDbLocal } from '../embedded-tables.ts';
import { tableContracts } from './stores.ts';

/** AWS's own, so that what dynalite lets pass does not pass here. */
describe.skipIf(!dynamoDbLocalIsThere())("AWS's DynamoDB Local", () => {
  let tables: EmbeddedTables;
  let table: Table;

  beforeAll(async () => {
    tables = await startDynamoDbLocal();
    await createTable(tables.client, 'kintsugi');
    table = dynamoTable({ tableName: 'kintsugi', client: tables.client });
  });
  afterAll(() => tables?.stop());

  tableContracts('DynamoDB Local', () => table);
});
