import { z } from 'zod';
import { clipMiddle } from '../signal/signal.ts';

/**
 * How much a report may say, texts in bytes of UTF-8, since that is what the table counts. A runner fits its reports to this
 * before it signs them; together with the number of kept steps it bounds the size of a run: below 100 kB while it works, since
 * each write costs by the run's size, and below 200 of the 400 that an item may have once its last report brought what it found.
 */
export const limits = {
  paths: 50,
  path: 300,
  checkpoint: 300,
  stepName: 100,
  detail: 1000,
  outputTail: 2500,
  code: 100,
  reason: 1000,
  advice: 500,
  refs: 20,
  ref: 300,
  components: 50,
  columns: 6,
  rows: 60,
  cell: 200,
  changedPaths: 20,
} as const;

/** A text of at most so many bytes. */
export const text = (maxBytes: number) =>
  z.string().refine((value) => Buffer.byteLength(value) <= maxBytes, `must be at most ${maxBytes} bytes`);

/** Takes out the middle of what is too long for `text(maxBytes)`, visibly. */
export function shorten(value: string, maxBytes: number): string {
  const whole = value.toWellFormed();
  let shortened = whole;
  for (let room = maxBytes; Buffer.byteLength(shortened) > maxBytes; room = Math.floor(room * 0.9)) {
    shortened = clipMiddle(whole, room);
  }
  return shortened;
}

/** Keeps the end of what a program printed: that is where it says why it ended. */
export function shortenStart(value: string, maxBytes: number): string {
  const bytes = Buffer.from(value);
  if (bytes.length <= maxBytes) return value.toWellFormed();
  // A character that is cut through becomes a replacement mark.
  return bytes
    .subarray(-maxBytes)
    .toString()
    .replace(/^\uFFFD+/, '');
}
