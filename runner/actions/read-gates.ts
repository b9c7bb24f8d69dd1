import type { GateState } from '../../lib/gate/gate.ts';
import type { RunnerConfig } from '../config.ts';

const patienceMs = 8000;

/** All gates that are shut, and what hangs on what; undefined when this host has no table. Throws when the table does not answer. */
export async function readGates({ table }: RunnerConfig): Promise<GateState | undefined> {
  if (!table) return undefined;
  // Loaded only where there is a table: its client is large.
  const { hostStores } = await import('../host-stores.ts');
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`the table ${table} did not answer in time`)), patienceMs);
  try {
    return await Promise.race([hostStores(table).gates.read(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
