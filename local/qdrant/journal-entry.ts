import * as z from 'zod';
import { StoredPoint } from './points/stored-point.ts';
import { CreateCollection, KeptFieldIndex } from './wire/collections.ts';
import { PointId } from './wire/scalars.ts';

const change = { collection: z.string(), operation: z.int() };

/** One line of the journal: an operation as the changes it made, so that reading it again needs no decision. */
export const JournalEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('create'), collection: z.string(), settings: CreateCollection, operations: z.int() }),
  z.object({ kind: z.literal('drop'), collection: z.string() }),
  z.object({ kind: z.literal('index'), ...change, ...KeptFieldIndex.shape }),
  z.object({ kind: z.literal('unindex'), ...change, field: z.string() }),
  z.object({ kind: z.literal('points'), ...change, puts: z.array(StoredPoint), drops: z.array(PointId) }),
]);
export type JournalEntry = z.output<typeof JournalEntry>;
