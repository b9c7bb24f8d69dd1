import type { Schemas } from '@qdrant/js-client-rest';
import * as z from 'zod';
import { parsePath } from '../payload-path.ts';

export type PointId = Schemas['ExtendedPointId'];

/** A field that may be absent or null, which Qdrant treats alike. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullable().exactOptional();

/** One item or a list of them. */
export const oneOrMany = <T extends z.ZodType>(schema: T) =>
  z.union([z.array(schema), schema.transform((one) => [one])], { error: 'expected one, or a list of them' });

/** Marks a check whose failure Qdrant answers with 422 instead of 400. */
export const asValidation = { validation: true };

export const Uint = z.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0, {
  error: (issue) => `invalid value: ${JSON.stringify(issue.input)}, expected an unsigned integer`,
});

/** A whole number with a least value, checked as Qdrant's validator does. */
export const atLeast = (least: number) =>
  Uint.refine((value) => value >= least, {
    params: asValidation,
    error: (issue) => `value ${issue.input} invalid, must be ${least} or larger`,
  });

const uuid = /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

/** An unsigned integer or a UUID in lower case with hyphens; undefined for anything else. */
export function readPointId(value: unknown): PointId | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  return uuid.exec(value)?.slice(1).join('-').toLowerCase();
}

export const PointId = z.union([z.number(), z.string()]).transform((value, context): PointId => {
  const id = readPointId(value);
  if (id !== undefined) return id;
  context.issues.push({
    code: 'custom',
    continue: false,
    input: value,
    message: `value ${value} is not a valid point ID, valid values are either an unsigned integer or a UUID`,
  });
  return z.NEVER;
});

/** A path into the payload, kept as its text; that it can be read is checked here. */
export const PathText = z.string().refine((text) => parsePath(text) !== undefined, {
  error: (issue) => `Invalid json path: '${issue.input}'`,
  abort: true,
});

export const Payload = z.record(z.string(), z.unknown());

const NoDuplicates = z
  .array(Uint.refine((index) => index <= 0xffffffff, { error: 'expected u32', abort: true }))
  .refine((indices) => new Set(indices).size === indices.length, {
    params: asValidation,
    error: 'Validation error: must be unique [{}]',
  });

export const SparseVector = z
  .object({ indices: NoDuplicates, values: z.array(z.number()) })
  .refine(({ indices, values }) => indices.length === values.length, {
    params: asValidation,
    path: ['values'],
    error: 'Validation error: must be the same length as indices [{}]',
  });
export type SparseVector = Schemas['SparseVector'];

export const DenseVector = z.array(z.number());
