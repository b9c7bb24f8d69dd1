import { z } from 'zod';
import { Level } from '../signal/signal.ts';

const Cursor = z.object({ level: Level, before: z.string() });
/** Where the next page of a list begins. */
export type Cursor = z.infer<typeof Cursor>;

export function cursorFor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

export function parseCursor(text: string): Cursor {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new Error('This is not the place of a page; list again from the start.', { cause });
  }
}
