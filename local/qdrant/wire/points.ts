import type { Schemas } from '@qdrant/js-client-rest';
import * as z from 'zod';
import { Filter } from './filter.ts';
import { asValidation, atLeast, DenseVector, maybe, PathText, Payload, PointId, SparseVector } from './scalars.ts';

const Dense = DenseVector.refine((vector) => vector.length > 0, {
  params: asValidation,
  error: 'dense vector must not be empty',
});
export const Vector = z.union([Dense, SparseVector], {
  error: 'data did not match any variant of untagged enum Vector',
});
export type Vector = z.output<typeof Vector>;

/** Vectors by name; the one without a name is called ''. */
const VectorStruct = z.union([Dense.transform((vector) => ({ '': vector })), z.record(z.string(), Vector)], {
  error: 'data did not match any variant of untagged enum VectorStruct',
});

const PointStruct = z.object({ id: PointId, vector: VectorStruct, payload: maybe(Payload) });
export type PointStruct = z.output<typeof PointStruct>;

const Batch = z
  .object({
    ids: z.array(PointId),
    vectors: z.union(
      [z.array(Dense).transform((vectors) => ({ '': vectors })), z.record(z.string(), z.array(Vector))],
      {
        error: 'data did not match any variant of untagged enum BatchVectorStruct',
      },
    ),
    payloads: maybe(z.array(Payload.nullable())),
  })
  .transform(({ ids, vectors, payloads }, context): PointStruct[] => {
    const lengths = [...Object.values(vectors), ...(payloads ? [payloads] : [])].map((list) => list.length);
    const uneven = lengths.find((length) => length !== ids.length);
    if (uneven !== undefined) {
      const message = `number of ids and vectors must be equal (${ids.length} != ${uneven})`;
      context.issues.push({ code: 'custom', path: ['batch'], input: ids, message, params: asValidation });
      return z.NEVER;
    }
    return ids.map((id, at) => ({
      id,
      vector: Object.fromEntries(
        Object.entries(vectors).flatMap(([name, list]) => (list[at] ? [[name, list[at]]] : [])),
      ),
      payload: payloads?.[at] ?? null,
    }));
  });

const condition = {
  update_filter: maybe(Filter),
  update_mode: maybe(z.enum(['upsert', 'insert_only', 'update_only'])),
};
const PointsList = z.object({ points: z.array(PointStruct), ...condition });
const PointsBatch = z
  .object({ batch: Batch, ...condition })
  .transform(({ batch, ...rest }): z.output<typeof PointsList> => ({ points: batch, ...rest }));

export const PointInsertOperations = z.union([PointsBatch, PointsList], {
  error: 'data did not match any variant of untagged enum PointInsertOperations',
}) satisfies z.ZodType<unknown, Schemas['PointInsertOperations']>;
export type Upsert = z.output<typeof PointsList>;

export const PointsSelector = z.union([z.object({ points: z.array(PointId) }), z.object({ filter: Filter })], {
  error: 'data did not match any variant of untagged enum PointsSelector',
}) satisfies z.ZodType<unknown, Schemas['PointsSelector']>;

const targets = { points: maybe(z.array(PointId)), filter: maybe(Filter) };
const hasTarget = [
  ({ points, filter }: { points?: unknown; filter?: unknown }) => Boolean(points ?? filter),
  'Either list of point ids or filter must be provided',
] as const;

export const SetPayload = z
  .object({ payload: Payload, key: maybe(PathText), ...targets })
  .refine(...hasTarget) satisfies z.ZodType<unknown, Schemas['SetPayload']>;

export const DeletePayload = z.object({ keys: z.array(PathText), ...targets }).refine(...hasTarget) satisfies z.ZodType<
  unknown,
  Schemas['DeletePayload']
>;

export const WithPayload = z.union(
  [
    z.boolean(),
    z.array(PathText),
    z.strictObject({ include: z.array(PathText) }),
    z.strictObject({ exclude: z.array(PathText) }),
  ],
  { error: 'data did not match any variant of untagged enum WithPayloadInterface' },
) satisfies z.ZodType<Schemas['WithPayloadInterface'], Schemas['WithPayloadInterface']>;
export type WithPayload = z.output<typeof WithPayload>;

export const WithVector = z.union([z.boolean(), z.array(z.string())], {
  error: 'data did not match any variant of untagged enum WithVector',
}) satisfies z.ZodType<Schemas['WithVector'], Schemas['WithVector']>;
export type WithVector = z.output<typeof WithVector>;

export const PointRequest = z.object({
  ids: z.array(PointId),
  with_payload: maybe(WithPayload),
  with_vector: WithVector.exactOptional(),
}) satisfies z.ZodType<Schemas['PointRequest'], Schemas['PointRequest']>;

const OrderBy = z.union(
  [
    PathText.transform((key) => ({ key })),
    z.object({
      key: PathText,
      direction: maybe(z.enum(['asc', 'desc'])),
      start_from: maybe(z.union([z.number(), z.string()])),
    }),
  ],
  { error: 'Expected a string, or an object with a key, direction and/or start_from' },
);
export type OrderBy = {
  key: string;
  direction?: 'asc' | 'desc' | null;
  start_from?: number | string | null;
};

export const ScrollRequest = z.object({
  offset: maybe(PointId),
  limit: maybe(atLeast(1)),
  filter: maybe(Filter),
  with_payload: maybe(WithPayload),
  with_vector: WithVector.exactOptional(),
  order_by: maybe(OrderBy),
}) satisfies z.ZodType<unknown, Schemas['ScrollRequest']>;

export const CountRequest = z.object({ filter: maybe(Filter), exact: z.boolean().exactOptional() }) satisfies z.ZodType<
  unknown,
  Schemas['CountRequest']
>;
