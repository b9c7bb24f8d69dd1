import { memoryAttentionStore } from './attention-store.ts';
import { memoryChecklistStore } from './checklist-store.ts';
import { memoryFailureStore } from './failure-store.ts';
import { memoryGateStore } from './gate-store.ts';
import { memoryBundleStore, memoryChannelStore, memoryMuteStore } from './noise-stores.ts';
import { memoryRejectedStore } from './rejected-store.ts';
import { memoryReportStore } from './report-store.ts';
import { memoryPageStore, memoryPostMortemStore, memoryTurnStore } from './response-stores.ts';
import { memoryRoleStore } from './role-store.ts';
import { memoryRunStore } from './run-store.ts';
import { memoryRunnerStore } from './runner-store.ts';
import { memorySignalLedger } from './signal-ledger.ts';
import { memoryWorkStore } from './work-store.ts';
import { type MemoryWorld, memoryWorld } from './world.ts';

/** Every store over one world in memory. */
export function memoryStores(world: MemoryWorld = memoryWorld()) {
  return {
    world,
    ledger: memorySignalLedger(world),
    failures: memoryFailureStore(world),
    runs: memoryRunStore(world),
    attention: memoryAttentionStore(world),
    rejected: memoryRejectedStore(world),
    gates: memoryGateStore(world),
    work: memoryWorkStore(world),
    roles: memoryRoleStore(world),
    runners: memoryRunnerStore(world),
    turns: memoryTurnStore(),
    pages: memoryPageStore(world),
    reports: memoryReportStore(world),
    bundles: memoryBundleStore(world),
    mutes: memoryMuteStore(world),
    checklists: memoryChecklistStore(world),
    channels: memoryChannelStore(world),
    postMortems: memoryPostMortemStore(world),
  };
}
