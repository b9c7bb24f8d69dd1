import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { FailureId } from '../../lib/failure/ids.ts';
import { priorityWords, WorkItemId, WorkKind } from '../../lib/work/work-item.ts';
import { changeKey } from './change-key.ts';

/** What a file and an item both say. Undefined: it is not said. */
export interface ItemFields {
  title: string;
  kind: WorkKind;
  priority: number;
  estimateMinutes: number | undefined;
  requirements: string[];
  notes: string | undefined;
  parent: string | undefined;
  failureId: string | undefined;
}
export type FieldName = keyof ItemFields;
export const fieldNames = [
  'title',
  'kind',
  'priority',
  'estimateMinutes',
  'requirements',
  'notes',
  'parent',
  'failureId',
] as const satisfies readonly FieldName[];

/** What each field is called in a file. */
const keys: Record<FieldName, string> = {
  title: 'title',
  kind: 'type',
  priority: 'priority',
  estimateMinutes: 'estimated_hours',
  requirements: 'requirements',
  notes: 'notes',
  parent: 'parent',
  failureId: 'failure',
};

const oneLine = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => text.trim() !== '', 'must not be empty');
const PriorityInFile = z
  .union([z.number(), z.string()])
  .transform((said) => (typeof said === 'number' ? said : priorityOfWord(said)))
  .pipe(
    z
      .int(`must be a whole number, or one of ${Object.keys(priorityWords).join(', ')}`)
      .min(0)
      .max(999_999),
  );

const priorityOfWord = (word: string): number =>
  (priorityWords as Record<string, number>)[word.trim().toLowerCase()] ?? Number.NaN;
const Hours = z.number().min(0).max(100_000);

/** Other keys are the file's own: they are kept, and not looked at. */
const ItemInFile = z.looseObject({
  id: z.union([z.string(), z.int()]).transform(String).pipe(WorkItemId).optional(),
  title: oneLine.pipe(z.string().max(300)).optional(),
  type: z.string().optional(),
  priority: PriorityInFile.optional(),
  estimated_hours: Hours.nullish(),
  requirements: z
    .array(oneLine.pipe(z.string().max(1000)))
    .max(100)
    .nullish(),
  notes: z.string().max(8000).nullish(),
  parent: z.union([z.string(), z.int()]).transform(String).nullish(),
  failure: FailureId.nullish(),
});

export type ReadItem =
  | { kind: 'item'; id: WorkItemId; fields: ItemFields }
  /** It cannot be understood (half-written, not YAML, not an item); it is left alone. */
  | { kind: 'unreadable'; problem: string };

/** `stem` is the file's name without `.yaml`: it is the id and the title where the file says none. */
export function readItem(text: string, stem: string): ReadItem {
  const document = parseDocument(text);
  const [syntax] = document.errors;
  if (syntax) return { kind: 'unreadable', problem: syntax.message.split('\n')[0] ?? 'it is no YAML' };
  let said: unknown;
  try {
    said = document.toJS();
  } catch (error) {
    // An alias of nothing, or far too many of them.
    return { kind: 'unreadable', problem: error instanceof Error ? error.message : String(error) };
  }
  const parsed = ItemInFile.safeParse(said);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { kind: 'unreadable', problem: `${issue?.path.join('.') || 'the file'}: ${issue?.message}` };
  }
  const item = parsed.data;
  const id = item.id ? { success: true as const, data: item.id } : WorkItemId.safeParse(stem);
  if (!id.success) return { kind: 'unreadable', problem: `id: is missing, and "${stem}" cannot be one` };
  return {
    kind: 'item',
    id: id.data,
    fields: {
      title: item.title ?? stem,
      kind: WorkKind.catch('task').parse(item.type),
      priority: item.priority ?? priorityWords.medium,
      estimateMinutes: item.estimated_hours == null ? undefined : Math.round(item.estimated_hours * 60),
      requirements: item.requirements ?? [],
      notes: item.notes ?? undefined,
      parent: item.parent ?? undefined,
      failureId: item.failure ?? undefined,
    },
  };
}

/** A new file for an item that has none. */
export function newItemText(id: string, fields: ItemFields): string {
  const said = fieldNames.flatMap((name) => {
    const value = inFile(name, fields);
    return value === undefined ? [] : [[keys[name], value] as const];
  });
  return stringify(Object.fromEntries([['id', id], ...said]), { lineWidth: 0 });
}

/** The same file with these fields changed: all else stays as somebody wrote it. */
export function changeItemText(text: string, changed: readonly FieldName[], fields: ItemFields): string {
  return changed.reduce((said, name) => changeKey(said, keys[name], inFile(name, fields)), text);
}

/** To a hundredth, as people write it: that is less than half a minute, so the minutes come back as they are. */
function hoursOf(minutes: number): number {
  return Math.round((minutes / 60) * 100) / 100;
}

function inFile(name: FieldName, fields: ItemFields): unknown {
  if (name === 'estimateMinutes')
    return fields.estimateMinutes === undefined ? undefined : hoursOf(fields.estimateMinutes);
  if (name === 'requirements') return fields.requirements.length === 0 ? undefined : fields.requirements;
  return fields[name];
}
