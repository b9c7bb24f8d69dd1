import type { z } from 'zod';
import { asRead, update } from './expression.ts';
import type { Key } from './keys.ts';
import { type Item, pickPresent, type Table } from './table.ts';

/** A small item that is written as a whole, each time at its next version; who comes second reads again. */
export function versionedItem<T extends z.ZodObject>(table: Table, schema: T) {
  const attributes = Object.keys(schema.shape);
  return {
    async get(key: Key): Promise<z.output<T> | undefined> {
      const item = await table.get(key);
      return item && schema.parse(pickPresent(item, attributes));
    },
    /** False: the stored version is not the one before. Its own repetition succeeds when it says the same. */
    async put(key: Key, value: Item & { version: number }): Promise<boolean> {
      const draft = update().when(asRead('version', value.version === 1 ? undefined : value.version - 1));
      for (const name of attributes) {
        if (value[name] === undefined) draft.remove(name);
        else draft.set(name, value[name]);
      }
      return (await table.update(key, draft)) !== undefined;
    },
  };
}
