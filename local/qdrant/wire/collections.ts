import type { Schemas } from '@qdrant/js-client-rest';
import * as z from 'zod';
import { asValidation, maybe, PathText, Payload, Uint } from './scalars.ts';

const Size = Uint.refine((size) => size >= 1 && size <= 65_536, {
  params: asValidation,
  error: (issue) => `value ${issue.input} invalid, must be from 1 to 65536`,
});

export const VectorParams = z.object({
  size: Size,
  distance: z.enum(['Cosine', 'Euclid', 'Dot', 'Manhattan']),
  on_disk: maybe(z.boolean()),
});
export type VectorParams = z.output<typeof VectorParams>;

const SparseVectorParams = z.object({
  modifier: maybe(z.enum(['none', 'idf'])),
  index: maybe(z.object({ on_disk: maybe(z.boolean()), full_scan_threshold: maybe(Uint) })),
});

export const VectorsConfig = z.union([VectorParams, z.record(z.string(), VectorParams)], {
  error: 'data did not match any variant of untagged enum VectorsConfig',
});

const HnswConfigDiff = z.object({
  m: maybe(Uint),
  ef_construct: maybe(Uint),
  full_scan_threshold: maybe(Uint),
  on_disk: maybe(z.boolean()),
});
const OptimizersConfigDiff = z.object({
  default_segment_number: maybe(Uint),
  flush_interval_sec: maybe(Uint),
  indexing_threshold: maybe(Uint),
});

/** What the stand-in keeps of a collection's settings; those that only tune speed are answered back and change nothing. */
export const CreateCollection = z.object({
  vectors: VectorsConfig.exactOptional(),
  sparse_vectors: maybe(z.record(z.string(), SparseVectorParams)),
  on_disk_payload: maybe(z.boolean()),
  hnsw_config: maybe(HnswConfigDiff),
  optimizers_config: maybe(OptimizersConfigDiff),
  metadata: maybe(Payload),
}) satisfies z.ZodType<Schemas['CreateCollection'], Schemas['CreateCollection']>;
export type CreateCollection = z.output<typeof CreateCollection>;

const Tokenizer = z.enum(['word', 'whitespace', 'prefix', 'multilingual']);
const TextIndex = z.object({
  type: z.literal('text'),
  tokenizer: Tokenizer.exactOptional(),
  lowercase: maybe(z.boolean()),
  min_token_len: maybe(Uint),
  max_token_len: maybe(Uint),
  phrase_matching: maybe(z.boolean()),
});
export type TextIndex = z.output<typeof TextIndex>;

const FieldSchema = z.union(
  [
    z.enum(['keyword', 'integer', 'float', 'bool', 'datetime', 'uuid', 'text', 'geo']),
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('keyword'), is_tenant: maybe(z.boolean()), on_disk: maybe(z.boolean()) }),
      z.object({ type: z.literal('integer'), lookup: maybe(z.boolean()), range: maybe(z.boolean()) }),
      z.object({ type: z.literal('float') }),
      z.object({ type: z.literal('bool') }),
      z.object({ type: z.literal('datetime') }),
      z.object({ type: z.literal('uuid') }),
      TextIndex,
    ]),
  ],
  { error: 'data did not match any variant of untagged enum PayloadFieldSchema' },
);
export type FieldSchema = z.output<typeof FieldSchema>;

export const CreateFieldIndex = z.object({
  field_name: PathText,
  field_schema: maybe(FieldSchema),
}) satisfies z.ZodType<Schemas['CreateFieldIndex'], Schemas['CreateFieldIndex']>;

/** What is kept of a payload index on disk. */
export const KeptFieldIndex = z.object({ field: PathText, schema: FieldSchema });
