import type { FailureMemory } from '../../ports.ts';

/** For a deployment without Qdrant: everything works, nothing is remembered beyond the table. */
export function forgetfulMemory(): FailureMemory {
  return { remember: async () => undefined, similar: async () => [] };
}
