import type { PointId } from '../wire/scalars.ts';
import { createSparseIndex, type SparseIndex } from './sparse-index.ts';
import { comparePointIds, type StoredPoint, type StoredVector } from './stored-point.ts';

/**
 * The points of a collection and the inverted indexes over them. A point lives in a slot; a changed one moves to a new
 * slot, and once most slots are empty everything is packed.
 */
export function createPointStore(sparseNames: readonly string[]) {
  let slots: (StoredPoint | undefined)[] = [];
  let slotOf = new Map<PointId, number>();
  let sparse = new Map<string, SparseIndex>();
  let sorted: StoredPoint[] | undefined;

  const reset = (points: readonly StoredPoint[]) => {
    slots = [];
    slotOf = new Map();
    sparse = new Map(sparseNames.map((name) => [name, createSparseIndex()]));
    for (const point of points) insert(point);
  };

  const insert = (point: StoredPoint) => {
    const slot = slots.push(point) - 1;
    slotOf.set(point.id, slot);
    for (const [name, index] of sparse) {
      const vector = point.vectors[name];
      if (vector && !Array.isArray(vector)) index.add(slot, vector);
    }
  };

  const remove = (id: PointId): StoredPoint | undefined => {
    const slot = slotOf.get(id);
    const point = slot === undefined ? undefined : slots[slot];
    if (slot === undefined || !point) return undefined;
    slots[slot] = undefined;
    slotOf.delete(id);
    for (const [name, index] of sparse) {
      const vector = point.vectors[name];
      if (vector && !Array.isArray(vector)) index.remove(vector);
    }
    return point;
  };

  reset([]);
  return {
    count: () => slotOf.size,
    slotCount: () => slots.length,
    at: (slot: number) => slots[slot],
    sparseIndex: (name: string) => sparse.get(name),

    get(id: PointId): StoredPoint | undefined {
      const slot = slotOf.get(id);
      return slot === undefined ? undefined : slots[slot];
    },

    put(point: StoredPoint) {
      sorted = undefined;
      const slot = slotOf.get(point.id);
      // A change of payload alone leaves every index as it is.
      if (slot !== undefined && slots[slot]?.vectors === point.vectors) {
        slots[slot] = point;
        return;
      }
      remove(point.id);
      insert(point);
      if (slots.length > 2 * slotOf.size + 1024) reset(slots.filter((kept) => kept !== undefined));
    },

    drop(id: PointId) {
      if (remove(id)) sorted = undefined;
    },

    /** Every point, in Qdrant's order of ids. */
    inOrder(): readonly StoredPoint[] {
      sorted ??= slots.filter((point) => point !== undefined).sort((a, b) => comparePointIds(a.id, b.id));
      return sorted;
    },
  };
}
export type PointStore = ReturnType<typeof createPointStore>;

export const isDense = (vector: StoredVector): vector is number[] => Array.isArray(vector);
