import { VersionConflictError } from '../../errors.ts';
import type { WorkStore } from '../../work/work-store.ts';
import { workLineOf, workListingKeys } from '../dynamodb/keys.ts';
import { newlyAttended } from './attended.ts';
import { copy, type MemoryWorld, memoryWorld } from './world.ts';

export function memoryWorkStore(world: MemoryWorld = memoryWorld()): WorkStore {
  return {
    async create(item, dues) {
      const kept = world.work.get(item.id);
      if (kept) return kept.item.lastAction.id === item.lastAction.id ? 'created' : 'exists';
      world.work.set(item.id, { item: copy(item), ...newlyAttended(dues) });
      return 'created';
    },

    async get(id) {
      const kept = world.work.get(id);
      return kept && copy(kept);
    },

    async getAll(ids) {
      return ids.flatMap((id) => {
        const kept = world.work.get(id);
        return kept ? [copy(kept.item)] : [];
      });
    },

    async save(item, { expectedVersion, dues }) {
      const kept = world.work.get(item.id);
      const isSaved = kept?.item.version === item.version && kept.item.lastAction.id === item.lastAction.id;
      if (isSaved) return;
      if (kept?.item.version !== expectedVersion) throw new VersionConflictError(item.id, expectedVersion);
      world.work.set(item.id, { item: copy(item), ...newlyAttended(dues), rev: kept.rev + 1 });
    },

    async list({ state, component, limit, after = '' }) {
      const sorts = [...world.work.values()].flatMap(({ item }) =>
        item.state === state && (component === undefined || item.component === component)
          ? [workListingKeys(item).lsk ?? '']
          : [],
      );
      const left = sorts.filter((sort) => sort > after).sort();
      const page = left.slice(0, limit);
      const last = page.at(-1);
      return { lines: page.map(workLineOf), ...(last !== undefined && left.length > limit ? { next: last } : {}) };
    },
  };
}
