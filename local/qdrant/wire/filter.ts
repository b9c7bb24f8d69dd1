import type { Schemas } from '@qdrant/js-client-rest';
import * as z from 'zod';
import { parseDatetime } from '../datetime.ts';
import { asValidation, maybe, oneOrMany, PathText, PointId, Uint } from './scalars.ts';

const Datetime = z.string().transform((text, context): number => {
  const seconds = parseDatetime(text);
  if (seconds !== undefined) return seconds;
  context.issues.push({
    code: 'custom',
    continue: false,
    input: text,
    message: `'${text}' is not in a supported date/time format`,
  });
  return z.NEVER;
});

const bounds = <T extends z.ZodType>(bound: T) =>
  z.object({ lt: maybe(bound), gt: maybe(bound), gte: maybe(bound), lte: maybe(bound) });
const NumberRange = bounds(z.number()).transform((range) => ({ of: 'numbers' as const, ...range }));
const DatetimeRange = bounds(Datetime).transform((range) => ({ of: 'datetimes' as const, ...range }));
export type Range = z.output<typeof NumberRange> | z.output<typeof DatetimeRange>;

const anyOf = z.union([z.array(z.string()), z.array(z.int())]);
const Match = z.union(
  [
    z.object({ value: z.union([z.string(), z.int(), z.boolean()]) }),
    z.object({ text: z.string() }),
    z.object({ text_any: z.string() }),
    z.object({ phrase: z.string() }),
    z.object({ any: anyOf }),
    z.object({ except: anyOf }),
  ],
  { error: 'data did not match any variant of untagged enum MatchInterface' },
);
export type Match = z.output<typeof Match>;

const ValuesCount = bounds(Uint);
export type ValuesCount = z.output<typeof ValuesCount>;

const FieldCondition = z
  .object({
    key: PathText,
    match: maybe(Match),
    range: maybe(
      z.union([NumberRange, DatetimeRange], { error: 'expected numbers, or dates like 2014-01-01T00:00:00Z' }),
    ),
    values_count: maybe(ValuesCount),
    is_empty: maybe(z.boolean()),
    is_null: maybe(z.boolean()),
  })
  .refine(({ key: _, ...conditions }) => Object.values(conditions).some((condition) => condition !== null), {
    params: asValidation,
    error: 'At least one field condition must be specified',
  });
export type FieldCondition = z.output<typeof FieldCondition>;

const Field = z.object({ key: PathText });
const IsEmpty = z.object({ is_empty: Field });
const IsNull = z.object({ is_null: Field });
const HasId = z.object({ has_id: z.array(PointId) });
const HasVector = z.object({ has_vector: z.string() });

export type Condition =
  | FieldCondition
  | z.output<typeof IsEmpty>
  | z.output<typeof IsNull>
  | z.output<typeof HasId>
  | z.output<typeof HasVector>
  | { nested: { key: string; filter: Filter } }
  | Filter;

export interface Filter {
  must?: Condition[] | null;
  should?: Condition[] | null;
  must_not?: Condition[] | null;
  min_should?: { conditions: Condition[]; min_count: number } | null;
}

export const Condition: z.ZodType<Condition, Schemas['Condition']> = z.lazy(() =>
  z.union(
    [
      FieldCondition,
      IsEmpty,
      IsNull,
      HasId,
      HasVector,
      z.object({ nested: z.object({ key: PathText, filter: Filter }) }),
      Filter,
    ],
    {
      error:
        'Expected some form of condition, which can be a field condition (like {"key": ..., "match": ... }), or some other mentioned in the documentation: https://qdrant.tech/documentation/concepts/filtering/#filtering-conditions',
    },
  ),
);

const clauses = {
  must: maybe(oneOrMany(Condition)),
  should: maybe(oneOrMany(Condition)),
  must_not: maybe(oneOrMany(Condition)),
  min_should: maybe(z.object({ conditions: z.array(Condition), min_count: Uint })),
};

/** An unknown clause ends the reading at once: a misspelled condition must not pass for an empty filter. */
export const Filter: z.ZodType<Filter, Schemas['Filter']> = z
  .looseObject(clauses)
  .transform((filter, context): Filter => {
    const unknown = Object.keys(filter).find((key) => !Object.hasOwn(clauses, key));
    if (unknown === undefined) return filter;
    context.issues.push({ code: 'unrecognized_keys', continue: false, keys: [unknown], input: filter });
    return z.NEVER;
  });
