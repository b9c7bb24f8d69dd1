import { elementsOf, isObject, type Payload, type PayloadPath, parsePath, valuesAt } from '../payload-path.ts';
import type { FieldSchema } from '../wire/collections.ts';
import type { Condition, FieldCondition, Filter } from '../wire/filter.ts';
import { textIndexOf, textMatcher } from './match-text.ts';
import { inBounds, isEmpty, matchValue } from './match-value.ts';
import type { StoredPoint } from './stored-point.ts';

type Test = (point: StoredPoint) => boolean;

/** A filter made ready: every path is read once. `schemaOf` gives a field's payload index, which changes how text matches. */
export function compileFilter(filter: Filter, schemaOf: (field: string) => FieldSchema | undefined): Test {
  const compile = (conditions: Condition[] | null | undefined) =>
    conditions?.map((condition) => compileCondition(condition, schemaOf));
  const must = compile(filter.must) ?? [];
  const mustNot = compile(filter.must_not) ?? [];
  const should = compile(filter.should);
  const minShould = filter.min_should && {
    tests: compile(filter.min_should.conditions) ?? [],
    count: filter.min_should.min_count,
  };
  return (point) =>
    must.every((test) => test(point)) &&
    !mustNot.some((test) => test(point)) &&
    (!should || should.some((test) => test(point))) &&
    (!minShould || minShould.tests.filter((test) => test(point)).length >= minShould.count);
}

/** Both filters at once; an absent one lets everything through. */
export function mergeFilters(a: Filter | null | undefined, b: Filter | null | undefined): Filter | undefined {
  return a && b ? { must: [a, b] } : (a ?? b ?? undefined);
}

export function compileCondition(condition: Condition, schemaOf: (field: string) => FieldSchema | undefined): Test {
  if ('key' in condition) return compileField(condition, schemaOf(condition.key));
  if ('is_empty' in condition) {
    const path = pathOf(condition.is_empty.key);
    return ({ payload }) => valuesAt(payload, path).every(isEmpty);
  }
  if ('is_null' in condition) {
    const path = pathOf(condition.is_null.key);
    return ({ payload }) => valuesAt(payload, path).some((value) => value === null);
  }
  if ('has_id' in condition) {
    const ids = new Set(condition.has_id);
    return ({ id }) => ids.has(id);
  }
  if ('has_vector' in condition) return ({ vectors }) => Object.hasOwn(vectors, condition.has_vector);
  if ('nested' in condition) {
    const { key, filter } = condition.nested;
    const path = elementsOf(pathOf(key));
    const test = compileFilter(filter, (field) => schemaOf(`${key}[].${field}`));
    // Inside a list there are no ids and no vectors to ask for.
    return ({ payload }) =>
      valuesAt(payload, path)
        .filter(isObject)
        .some((element) => test(withoutIdentity(element)));
  }
  return compileFilter(condition, schemaOf);
}

function compileField(condition: FieldCondition, schema: FieldSchema | undefined): Test {
  const path = pathOf(condition.key);
  const text = textMatcher(textIndexOf(schema));
  const one = (value: unknown) => matchValue(condition, value, text);
  return ({ payload }) => {
    const values = valuesAt(payload, path);
    if (values.length === 0) return matchesAbsent(condition);
    const { values_count, is_empty, is_null } = condition;
    if (values_count || typeof is_empty === 'boolean' || typeof is_null === 'boolean') return values.some(one);
    return values.some((value) => (Array.isArray(value) ? value.some(one) : one(value)));
  };
}

/** As Qdrant has it, a missing field counts no values, is empty, and is not null. */
function matchesAbsent({ values_count, is_empty, is_null }: FieldCondition): boolean {
  if (values_count) return inBounds(0, values_count);
  if (typeof is_empty === 'boolean') return is_empty;
  return is_null === false;
}

function withoutIdentity(payload: Payload): StoredPoint {
  return { id: -1, version: 0, payload, vectors: {} };
}

/** Paths were checked when the request was read. */
export function pathOf(text: string): PayloadPath {
  const path = parsePath(text);
  if (!path) throw new Error(`Not a payload path: ${text}`);
  return path;
}
