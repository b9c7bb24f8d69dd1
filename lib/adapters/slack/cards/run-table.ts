import type { KnownBlock, TableBlock } from '@slack/types';
import type { RunTable } from '../../../recovery/run.ts';
import { clip, oneLine } from '../escape.ts';
import { richText, section, text } from './rich-text.ts';

/** A message carries more than its table: all cells together stay within this many characters. */
const roomForTable = 4000;
const cellLength = 90;
const mostRows = 60;

/** What a tool found. Cells are raw text: nothing in them is parsed. */
export function runTable({ columns, rows }: RunTable): KnownBlock[] {
  const width = columns.length;
  const shown: string[][] = [];
  let room = roomForTable - columns.join('').length;
  for (const row of rows.slice(0, mostRows)) {
    const cells = Array.from({ length: width }, (_, index) => clip(oneLine(row[index] ?? ''), cellLength));
    room -= cells.reduce((sum, cell) => sum + Array.from(cell).length, 0);
    if (room < 0) break;
    shown.push(cells);
  }
  const left = rows.length - shown.length;
  const block: TableBlock = {
    type: 'table',
    rows: [columns.map((name) => clip(oneLine(name), cellLength)), ...shown].map((cells) => cells.map(rawText)),
    column_settings: columns.map(() => ({ is_wrapped: true })),
  };
  return [block, ...(left > 0 ? [richText(section(text(`… and ${left} more rows`)))] : [])];
}

/** Slack refuses an empty cell. */
function rawText(words: string) {
  return { type: 'raw_text' as const, text: words === '' ? '–' : words };
}
