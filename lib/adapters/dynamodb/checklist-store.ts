import { Checklist, type ChecklistStore, Lesson } from '../../checklist/checklist.ts';
import { absent, asRead, both, compare, either, exists, update } from './expression.ts';
import { checklistKey, checklistPartition, checklistPrefix, lessonKey, lessonPrefix } from './keys.ts';
import { type Item, pickPresent, type Table } from './table.ts';

const listAttributes = Object.keys(Checklist.shape);
const lessonAttributes = Object.keys(Lesson.shape);
/** Who checked what is looked up while the failures of that time are kept. */
const keptSeconds = 730 * 86_400;

export function dynamoChecklistStore(table: Table): ChecklistStore {
  const listOf = (item: Item) => Checklist.parse(pickPresent(item, listAttributes));
  return {
    async newest(component) {
      const query = {
        partition: checklistPartition(component),
        prefix: checklistPrefix,
        descending: true,
        pageSize: 1,
      };
      for await (const item of table.query(query)) return listOf(item);
      return undefined;
    },

    async get(component, number) {
      const item = await table.get(checklistKey(component, number));
      return item && listOf(item);
    },

    async put(checklist, { expected }) {
      const draft = update().when(either(asRead('rev', expected), compare('rev', '=', checklist.rev)));
      const attributes: Item = { ...checklist };
      for (const name of listAttributes) {
        if (attributes[name] === undefined) draft.remove(name);
        else draft.set(name, attributes[name]);
      }
      draft.set('expiresAt', Math.ceil(Date.parse(checklist.at) / 1000) + keptSeconds);
      return (await table.update(checklistKey(checklist.component, checklist.number), draft)) !== undefined;
    },

    async lessons(component) {
      const lessons: Lesson[] = [];
      for await (const item of table.query({ partition: checklistPartition(component), prefix: lessonPrefix })) {
        lessons.push(Lesson.parse(pickPresent(item, lessonAttributes)));
      }
      return lessons;
    },

    async keepLesson(lesson, { onlyIfKnown = false } = {}) {
      const isOlder = both(exists('pk'), compare('at', '<=', lesson.at));
      const draft = update().when(onlyIfKnown ? isOlder : either(absent('pk'), isOlder));
      for (const name of lessonAttributes) {
        const value = (lesson as Item)[name];
        if (value === undefined) draft.remove(name);
        else draft.set(name, value);
      }
      draft.set('expiresAt', Math.ceil(Date.parse(lesson.at) / 1000) + keptSeconds);
      await table.update(lessonKey(lesson.component, lesson.key), draft);
    },
  };
}
