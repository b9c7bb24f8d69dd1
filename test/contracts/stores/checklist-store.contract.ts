import { describe, expect, it } from 'vitest';
import type { Checklist, Lesson } from '../../../lib/checklist/checklist.ts';
import { newFailureId, newName } from './samples.ts';
import type { Stores } from './stores.ts';

const at = '2026-11-03T12:00:00.000Z';
const mark = { by: 'U0ADA', at };

export function checklistStoreContract(name: string, stores: () => Stores): void {
  describe(`ChecklistStore contract: ${name}`, () => {
    const list = (component: string, number: number, over: Partial<Checklist> = {}): Checklist => ({
      schema: 1,
      component,
      number,
      boxes: [{ phase: 'before', text: 'Current tests pass', required: true }],
      ticks: {},
      log: [],
      ...mark,
      rev: newName('rev'),
      ...over,
    });
    const lesson = (component: string, over: Partial<Lesson> = {}): Lesson => ({
      schema: 1,
      component,
      key: 'cause#quota',
      texts: ['Spread the work'],
      failureId: newFailureId(),
      cause: 'quota',
      at,
      ...over,
    });

    it('gives back the newest as it was written, and every one by its number', async () => {
      const component = newName('c').toLowerCase();
      const { checklists } = stores();
      expect(await checklists.newest(component)).toBeUndefined();
      const ticked = { ticks: { 0: mark }, log: [{ ...mark, box: 0, isOn: true }], closed: mark };
      const [first, tenth] = [list(component, 1, ticked), list(component, 10)];
      for (const one of [first, tenth, list(component, 9)]) {
        expect(await checklists.put(one, { expected: undefined })).toBe(true);
      }
      expect(await checklists.newest(component)).toEqual(tenth);
      expect(await checklists.get(component, 1)).toEqual(first);
      expect(await checklists.get(component, 2)).toBeUndefined();
    });

    it('lets one of two writers win, and the same write be repeated', async () => {
      const component = newName('c').toLowerCase();
      const { checklists } = stores();
      const [one, other] = [list(component, 1), list(component, 1)];
      const begun = await Promise.all([one, other].map((each) => checklists.put(each, { expected: undefined })));
      expect(begun.toSorted()).toEqual([false, true]);
      const stands = (await checklists.newest(component)) as Checklist;
      const next = { ...stands, closed: mark, rev: newName('rev') };
      expect(await checklists.put(next, { expected: 'another' })).toBe(false);
      expect(await checklists.put(next, { expected: stands.rev })).toBe(true);
      expect(await checklists.put(next, { expected: stands.rev })).toBe(true);
      const { closed: _, ...open } = { ...next, rev: newName('rev') };
      expect(await checklists.put(open, { expected: next.rev })).toBe(true);
      expect(await checklists.newest(component)).toEqual(open);
    });

    it('keeps the newer lesson, and writes none over nothing where only a known one is to change', async () => {
      const component = newName('c').toLowerCase();
      const { checklists } = stores();
      const written = lesson(component, { key: 'F-7K3Q9D', cause: undefined });
      await checklists.keepLesson({ ...written, texts: [] }, { onlyIfKnown: true });
      expect(await checklists.lessons(component)).toEqual([]);
      const known = lesson(component);
      await checklists.keepLesson(known);
      await checklists.keepLesson({ ...known, texts: ['Older'], at: '2026-11-02T12:00:00.000Z' });
      expect(await checklists.lessons(component)).toEqual([known]);
      const takenBack = { ...known, texts: [], at: '2026-11-04T12:00:00.000Z' };
      await checklists.keepLesson(takenBack, { onlyIfKnown: true });
      expect(await checklists.lessons(component)).toEqual([takenBack]);
      expect(await checklists.lessons(newName('c'))).toEqual([]);
    });
  });
}
