import { dynamoChecklistStore } from '../lib/adapters/dynamodb/checklist-store.ts';
import { dynamoGateStore } from '../lib/adapters/dynamodb/gate-store.ts';
import { dynamoClient, dynamoTable } from '../lib/adapters/dynamodb/table.ts';
import { dynamoWorkStore } from '../lib/adapters/dynamodb/work-store.ts';
import { randomIds } from '../lib/adapters/ids.ts';
import type { ChecklistStore } from '../lib/checklist/checklist.ts';
import type { WorkPorts } from '../lib/work/work-ports.ts';

/** The work queue, the gates and, to be read, the checklists, as a host may reach them: its own rights open nothing else of the table. */
export function hostStores(tableName: string): WorkPorts & { checklists: Pick<ChecklistStore, 'newest' | 'lessons'> } {
  const table = dynamoTable({ tableName, client: dynamoClient() });
  return {
    work: dynamoWorkStore(table),
    gates: dynamoGateStore(table),
    checklists: dynamoChecklistStore(table),
    ids: randomIds(),
    now: () => new Date(),
  };
}
