import type { GateStore } from '../../gate/gate.ts';
import { copy, type MemoryWorld, memoryWorld } from './world.ts';

const nameOf = ({ scope, id }: { scope: string; id: string }) => `${scope}#${id}`;

export function memoryGateStore(world: Pick<MemoryWorld, 'gates'> = memoryWorld()): GateStore {
  const { gates } = world;
  return {
    async read() {
      const { registry } = gates;
      return copy({
        holders: [...gates.holders.values()],
        opened: [...gates.opened.values()],
        ...(registry && { registry }),
      });
    },

    async put(holder, { expected }) {
      const name = nameOf(holder);
      if (gates.holders.get(name)?.rev !== expected) return false;
      gates.holders.set(name, copy(holder));
      gates.opened.delete(name);
      return true;
    },

    async remove(holder, { opened } = {}) {
      const name = nameOf(holder);
      if (gates.holders.get(name)?.rev !== holder.rev) return false;
      gates.holders.delete(name);
      if (opened) gates.opened.set(name, { scope: holder.scope, id: holder.id, ...opened });
      return true;
    },

    async publish(registry) {
      gates.registry = copy(registry);
    },
  };
}
