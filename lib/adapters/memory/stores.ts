import { memoryAttentionStore } from './attention-store.ts';
import { memoryFailureStore } from './failure-store.ts';
import { memoryRejectedStore } from './rejected-store.ts';
import { memoryRunStore } from './run-store.ts';
import { memorySignalLedger } from './signal-ledger.ts';
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
  };
}
