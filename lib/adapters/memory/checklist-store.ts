import type { ChecklistStore } from '../../checklist/checklist.ts';
import { copy, type MemoryWorld, memoryWorld } from './world.ts';

export function memoryChecklistStore(
  { checklists, lessons }: Pick<MemoryWorld, 'checklists' | 'lessons'> = memoryWorld(),
): ChecklistStore {
  const keyOf = (component: string, number: number) => `${component}#${number}`;
  return {
    async newest(component) {
      const own = [...checklists.values()].filter((one) => one.component === component);
      const last = own.toSorted((one, other) => other.number - one.number)[0];
      return last && copy(last);
    },

    async get(component, number) {
      const kept = checklists.get(keyOf(component, number));
      return kept && copy(kept);
    },

    async put(checklist, { expected }) {
      const key = keyOf(checklist.component, checklist.number);
      const rev = checklists.get(key)?.rev;
      if (rev !== expected && rev !== checklist.rev) return false;
      checklists.set(key, copy(checklist));
      return true;
    },

    async lessons(component) {
      return copy([...lessons.values()].filter((one) => one.component === component));
    },

    async keepLesson(lesson, { onlyIfKnown = false } = {}) {
      const key = `${lesson.component}#${lesson.key}`;
      const kept = lessons.get(key);
      if (kept ? kept.at > lesson.at : onlyIfKnown) return;
      lessons.set(key, copy(lesson));
    },
  };
}
