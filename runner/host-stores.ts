import { dynamoGateStore } from '../lib/adapters/dynamodb/gate-store.ts';
import { dynamoClient, dynamoTable } from '../lib/adapters/dynamodb/table.ts';
import { dynamoWorkStore } from '../lib/adapters/dynamodb/work-store.ts';
import { randomIds } from '../lib/adapters/ids.ts';
import type { WorkPorts } from '../lib/work/work-ports.ts';

/** The work queue and the gates, as a host may reach them: its own rights open nothing else of the table. */
export function hostStores(tableName: string): WorkPorts {
  const table = dynamoTable({ tableName, client: dynamoClient() });
  return {
    work: dynamoWorkStore(table),
    gates: dynamoGateStore(table),
    ids: randomIds(),
    now: () => new Date(),
  };
}
