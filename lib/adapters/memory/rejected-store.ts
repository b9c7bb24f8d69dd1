import type { RejectedStore } from '../../ports.ts';
import { type MemoryWorld, memoryWorld } from './world.ts';

export function memoryRejectedStore(world: MemoryWorld = memoryWorld()): RejectedStore {
  return {
    async keep(rejected) {
      const month = rejected.at.toISOString().slice(0, 7);
      const name = `${month}/${rejected.messageId}`;
      if (!world.rejected.has(name)) world.rejected.set(name, { ...rejected });
    },
  };
}
