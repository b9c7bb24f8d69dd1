import { dynamoAttentionStore } from '../../../lib/adapters/dynamodb/attention-store.ts';
import { dynamoFailureStore } from '../../../lib/adapters/dynamodb/failure-store.ts';
import { dynamoRejectedStore } from '../../../lib/adapters/dynamodb/rejected-store.ts';
import { dynamoRunStore } from '../../../lib/adapters/dynamodb/run-store.ts';
import { dynamoSignalLedger } from '../../../lib/adapters/dynamodb/signal-ledger.ts';
import type { Table } from '../../../lib/adapters/dynamodb/table.ts';
import type { AttentionStore, FailureStore, RejectedStore, RunStore, SignalLedger } from '../../../lib/ports.ts';

/** Every store, over one world. */
export interface Stores {
  ledger: SignalLedger;
  failures: FailureStore;
  runs: RunStore;
  attention: AttentionStore;
  rejected: RejectedStore;
}

export function dynamoStores(table: Table): Stores {
  return {
    ledger: dynamoSignalLedger(table),
    failures: dynamoFailureStore(table),
    runs: dynamoRunStore(table),
    attention: dynamoAttentionStore(table),
    rejected: dynamoRejectedStore(table),
  };
}
