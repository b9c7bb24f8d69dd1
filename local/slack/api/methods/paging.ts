import { SlackError } from '../slack-error.ts';

export interface Page<T> {
  items: T[];
  nextCursor: string;
}

const encode = (offset: string) => Buffer.from(`next:${offset}`).toString('base64');

function decode(cursor: string): string {
  const [, offset] = /^next:(.+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8')) ?? [];
  if (offset === undefined) throw new SlackError('invalid_cursor');
  return offset;
}

/** A slice after the item that the cursor names, so that pages stay whole while new items arrive in front. */
export function page<T>(
  items: readonly T[],
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  keyOf: (item: T) => string,
): Page<T> {
  let start = 0;
  if (cursor) {
    const key = decode(cursor);
    start = items.findIndex((item) => keyOf(item) === key);
    if (start < 0) throw new SlackError('invalid_cursor');
  }
  const slice = items.slice(start, start + limit);
  const next = items[start + limit];
  return { items: slice, nextCursor: next === undefined ? '' : encode(keyOf(next)) };
}
