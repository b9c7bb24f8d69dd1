import { dynamoAttentionStore } from '../../../lib/adapters/dynamodb/attention-store.ts';
import { dynamoChecklistStore } from '../../../lib/adapters/dynamodb/checklist-store.ts';
import { dynamoFailureStore } from '../../../lib/adapters/dynamodb/failure-store.ts';
import { dynamoGateStore } from '../../../lib/adapters/dynamodb/gate-store.ts';
import { dynamoBundleStore, dynamoChannelStore, dynamoMuteStore } from '../../../lib/adapters/dynamodb/noise-stores.ts';
import { dynamoRejectedStore } from '../../../lib/adapters/dynamodb/rejected-store.ts';
import { dynamoReportStore } from '../../../lib/adapters/dynamodb/report-store.ts';
import {
  dynamoPageStore,
  dynamoPostMortemStore,
  dynamoTurnStore,
} from '../../../lib/adapters/dynamodb/response-stores.ts';
import { dynamoRoleStore } from '../../../lib/adapters/dynamodb/role-store.ts';
import { dynamoRunStore } from '../../../lib/adapters/dynamodb/run-store.ts';
import { dynamoRunnerStore } from '../../../lib/adapters/dynamodb/runner-store.ts';
import { dynamoSignalLedger } from '../../../lib/adapters/dynamodb/signal-ledger.ts';
import type { Table } from '../../../lib/adapters/dynamodb/table.ts';
import { dynamoWorkStore } from '../../../lib/adapters/dynamodb/work-store.ts';
import type { ChecklistStore } from '../../../lib/checklist/checklist.ts';
import type { GateStore } from '../../../lib/gate/gate.ts';
import type { BundleStore } from '../../../lib/noise/bundle.ts';
import type { ChannelStore } from '../../../lib/noise/channel-store.ts';
import type { MuteStore } from '../../../lib/noise/mute.ts';
import type { AttentionStore, FailureStore, RejectedStore, RunStore, SignalLedger } from '../../../lib/ports.ts';
import type { PostMortemStore } from '../../../lib/postmortem/post-mortem.ts';
import type { RoleStore } from '../../../lib/recovery/roles.ts';
import type { RunnerStore } from '../../../lib/recovery/runner-presence.ts';
import type { ReportStore } from '../../../lib/report/report-version.ts';
import type { PageStore } from '../../../lib/response/page.ts';
import type { TurnStore } from '../../../lib/response/turns.ts';
import type { WorkStore } from '../../../lib/work/work-store.ts';
import { attentionStoreContract } from './attention-store.contract.ts';
import { checklistStoreContract } from './checklist-store.contract.ts';
import { failureStoreContract } from './failure-store.contract.ts';
import { gateStoreContract } from './gate-store.contract.ts';
import { noiseStoresContract } from './noise-stores.contract.ts';
import { rejectedStoreContract } from './rejected-store.contract.ts';
import { reportStoreContract } from './report-store.contract.ts';
import { responseStoresContract } from './response-stores.contract.ts';
import { roleStoreContract } from './role-store.contract.ts';
import { runStoreContract } from './run-store.contract.ts';
import { runnerStoreContract } from './runner-store.contract.ts';
import { signalLedgerContract } from './signal-ledger.contract.ts';
import { workStoreContract } from './work-store.contract.ts';

/** Every store, over one world. */
export interface Stores {
  ledger: SignalLedger;
  failures: FailureStore;
  runs: RunStore;
  attention: AttentionStore;
  rejected: RejectedStore;
  gates: GateStore;
  roles: RoleStore;
  runners: RunnerStore;
  work: WorkStore;
  postMortems: PostMortemStore;
  pages: PageStore;
  reports: ReportStore;
  turns: TurnStore;
  bundles: BundleStore;
  mutes: MuteStore;
  checklists: ChecklistStore;
  channels: ChannelStore;
}

export function dynamoStores(table: Table): Stores {
  return {
    ledger: dynamoSignalLedger(table),
    failures: dynamoFailureStore(table),
    runs: dynamoRunStore(table),
    attention: dynamoAttentionStore(table),
    rejected: dynamoRejectedStore(table),
    gates: dynamoGateStore(table),
    roles: dynamoRoleStore(table),
    runners: dynamoRunnerStore(table),
    work: dynamoWorkStore(table),
    postMortems: dynamoPostMortemStore(table),
    pages: dynamoPageStore(table),
    reports: dynamoReportStore(table),
    turns: dynamoTurnStore(table),
    bundles: dynamoBundleStore(table),
    mutes: dynamoMuteStore(table),
    checklists: dynamoChecklistStore(table),
    channels: dynamoChannelStore(table),
  };
}

/** What was kept of a month's rejections; no port reads them. */
export type ReadRejected = (month: string) => Promise<Record<string, unknown>[]>;

/** The same cases for every world. */
export function storeContracts(name: string, stores: () => Stores, readRejected: ReadRejected): void {
  signalLedgerContract(name, stores);
  failureStoreContract(name, stores);
  runStoreContract(name, stores);
  attentionStoreContract(name, stores);
  rejectedStoreContract(name, stores, readRejected);
  gateStoreContract(name, stores);
  roleStoreContract(name, stores);
  runnerStoreContract(name, stores);
  workStoreContract(name, stores);
  responseStoresContract(name, stores);
  reportStoreContract(name, stores);
  noiseStoresContract(name, stores);
  checklistStoreContract(name, stores);
}

/** The same over a DynamoDB table. */
export function tableContracts(name: string, table: () => Table): void {
  let made: Stores | undefined;
  storeContracts(
    name,
    () => {
      made ??= dynamoStores(table());
      return made;
    },
    async (month) => {
      const items: Record<string, unknown>[] = [];
      for await (const item of table().query({ partition: `REJECTED#${month}` })) items.push(item);
      return items;
    },
  );
}
