import type { Schemas } from '@qdrant/js-client-rest';
import * as z from 'zod';
import { Filter } from './filter.ts';
import { Expression } from './formula.ts';
import { WithPayload, WithVector } from './points.ts';
import { atLeast, DenseVector, maybe, oneOrMany, Payload, PointId, SparseVector, Uint } from './scalars.ts';

const VectorInput = z.union([DenseVector, SparseVector, PointId]);
export type VectorInput = z.output<typeof VectorInput>;

const Nearest = VectorInput.transform((vector) => ({ kind: 'nearest' as const, vector }));
const Rrf = z.object({ k: maybe(atLeast(1)), weights: maybe(z.array(z.number())) });

const Query = z.union(
  [
    Nearest,
    z
      .strictObject({ nearest: VectorInput })
      .transform(({ nearest }) => ({ kind: 'nearest' as const, vector: nearest })),
    z.object({ fusion: z.literal('rrf') }).transform(() => ({ kind: 'rrf' as const, k: 2, weights: null })),
    z
      .object({ rrf: Rrf })
      .transform(({ rrf }) => ({ kind: 'rrf' as const, k: rrf.k ?? 2, weights: rrf.weights ?? null })),
    z
      .object({ formula: Expression, defaults: Payload.exactOptional() })
      .transform(({ formula, defaults }) => ({ kind: 'formula' as const, formula, defaults: defaults ?? {} })),
  ],
  {
    error:
      'Expected some form of vector, id, or a type of query (of the types, the stand-in has nearest, rrf and formula)',
  },
);
export type Query = z.output<typeof Query>;

/** Parameters that tune an approximate search: here every search is exact. */
const SearchParams = z.object({
  exact: z.boolean().exactOptional(),
  hnsw_ef: maybe(Uint),
  indexed_only: z.boolean().exactOptional(),
  idf: maybe(z.literal('global', { error: 'the stand-in has only the "global" IDF corpus' })),
});

const stage = {
  query: maybe(Query),
  using: maybe(z.string()),
  filter: maybe(Filter),
  params: maybe(SearchParams),
  score_threshold: maybe(z.number()),
  limit: maybe(atLeast(1)),
};

export interface Prefetch {
  prefetch?: Prefetch[] | null;
  query?: Query | null;
  using?: string | null;
  filter?: Filter | null;
  score_threshold?: number | null;
  limit?: number | null;
}

const Prefetch: z.ZodType<Prefetch, Schemas['Prefetch']> = z.lazy(() =>
  z.object({ ...stage, prefetch: maybe(oneOrMany(Prefetch)) }),
);

export const QueryRequest = z.object({
  ...stage,
  prefetch: maybe(oneOrMany(Prefetch)),
  offset: maybe(Uint),
  with_payload: maybe(WithPayload),
  with_vector: maybe(WithVector),
}) satisfies z.ZodType<unknown, Schemas['QueryRequest']>;
export type QueryRequest = z.output<typeof QueryRequest>;

export const QueryRequestBatch = z.object({ searches: z.array(QueryRequest) }) satisfies z.ZodType<
  unknown,
  Schemas['QueryRequestBatch']
>;
