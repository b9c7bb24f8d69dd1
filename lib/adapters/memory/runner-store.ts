import type { RunnerStore } from '../../recovery/runner-presence.ts';
import { copy, type MemoryWorld, memoryWorld } from './world.ts';

export function memoryRunnerStore({ runners }: MemoryWorld = memoryWorld()): RunnerStore {
  return {
    async heard(presence, heardAt) {
      const at = heardAt.toISOString();
      const kept = runners.get(presence.runner);
      if (!kept || kept.heardAt <= at) runners.set(presence.runner, copy({ ...presence, heardAt: at }));
    },
    async list() {
      return [...runners.values()].map(copy).sort((one, other) => (one.runner < other.runner ? -1 : 1));
    },
  };
}
