import type { GateStore } from '../../gate/gate.ts';
import { copy, type MemoryWorld, memoryWorld } from './world.ts';

const nameOf = ({ scope, id }: { scope: string; id: string }) => `${scope}#${id}`;

export function memoryGateStore(world: Pick<MemoryWorld, 'gates'> = memoryWorld()): GateStore {
  const { gates } = world;
  const store: GateStore = {
    async read() {
      const [held, registry] = await Promise.all([store.held(), store.registry()]);
      return { ...held, ...(registry && { registry }) };
    },

    async held() {
      return copy({ holders: [...gates.holders.values()], opened: [...gates.opened.values()], unreadable: [] });
    },

    async registry() {
      return gates.registry && copy(gates.registry);
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
      const { scope, id, failureId } = holder;
      if (opened) gates.opened.set(name, { scope, id, ...(failureId && { failureId }), ...opened });
      return true;
    },

    async told({ at, ...opened }) {
      const stands = gates.opened.get(nameOf(opened));
      if (stands?.at === at) stands.isTold = true;
    },

    async publish(registry) {
      gates.registry = copy(registry);
    },
  };
  return store;
}
