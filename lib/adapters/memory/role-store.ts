import type { RoleStore } from '../../recovery/roles.ts';
import { copy, type MemoryWorld, memoryWorld } from './world.ts';

export function memoryRoleStore({ roles }: MemoryWorld = memoryWorld()): RoleStore {
  return {
    async get(name) {
      const kept = roles.get(name);
      return kept && copy(kept);
    },
    async put(role) {
      const kept = roles.get(role.name);
      if (!kept || kept.at <= role.at) roles.set(role.name, copy(role));
    },
  };
}
