import { z } from 'zod';
import { Level } from '../signal/signal.ts';

/** Where the next page of what is open begins. */
export const OpenCursor = z.object({ level: Level, before: z.string() });
export type OpenCursor = z.infer<typeof OpenCursor>;

/** Where the next page of what was resolved begins. */
export const ResolvedCursor = z.object({ month: z.string().regex(/^\d{4}-\d{2}$/), before: z.string() });
export type ResolvedCursor = z.infer<typeof ResolvedCursor>;

export function cursorFor(cursor: OpenCursor | ResolvedCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

export function parseCursor<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new Error('This is not the place of a page; list again from the start.', { cause });
  }
}
