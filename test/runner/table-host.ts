import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dynamoTable, type Table } from '../../lib/adapters/dynamodb/table.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../contracts/embedded-tables.ts';
import { bundled, cli, environment, type Queues, startQueues } from './control-room.ts';

/** A host from which commands reach queues and a table, and the `kintsugi` that they call. */
export interface TableHost {
  queues: Queues;
  tables: EmbeddedTables;
  table: Table;
  node: string;
  script: string;
  /** A folder of its own. */
  folder: string;
  /** The environment of a command whose home is this folder. */
  env(home?: string): Record<string, string>;
  close(): Promise<void>;
}

export async function startTableHost(): Promise<TableHost> {
  const [queues, tables, kintsugi] = await Promise.all([startQueues(), startDynalite(), bundled(cli)]);
  await createTable(tables.client, 'kintsugi');
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-host-'));
  return {
    queues,
    tables,
    table: dynamoTable({ tableName: 'kintsugi', client: tables.client }),
    node: join(import.meta.dirname, '../../node_modules/.bin/node'),
    script: kintsugi.script,
    folder,
    env: (home = folder) => ({
      ...environment(queues, home),
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
      KINTSUGI_TABLE: 'kintsugi',
    }),
    async close() {
      kintsugi.remove();
      await Promise.all([queues.stop(), tables.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
