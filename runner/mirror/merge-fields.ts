import { isDeepStrictEqual } from 'node:util';
import { type FieldName, fieldNames, type ItemFields } from './item-file.ts';

export interface Merged {
  /** What both sides are to say; where they conflict, what the queue says. */
  fields: ItemFields;
  /** Changed in the file alone: the queue is to say so, too. */
  toQueue: FieldName[];
  /** Changed in the queue alone: the file is to say so, too. */
  toFile: FieldName[];
  /** Changed on both sides to different things: neither is overwritten. */
  conflicts: FieldName[];
}

/** Field by field against what both said when they were last equal. Without that, whatever differs is a conflict. */
export function mergeFields(base: ItemFields | undefined, file: ItemFields, queue: ItemFields): Merged {
  const merged: Merged = { fields: { ...queue }, toQueue: [], toFile: [], conflicts: [] };
  for (const name of fieldNames) {
    if (isDeepStrictEqual(file[name], queue[name])) continue;
    if (base && isDeepStrictEqual(file[name], base[name])) merged.toFile.push(name);
    else if (base && isDeepStrictEqual(queue[name], base[name])) {
      merged.toQueue.push(name);
      Object.assign(merged.fields, { [name]: file[name] });
    } else merged.conflicts.push(name);
  }
  return merged;
}
