import type { KnownBlock, TableBlock } from '@slack/types';
import type { RunTable } from '../../../recovery/run.ts';
import { clip, oneLine } from '../escape.ts';
import { preformatted, richText, section, text } from './rich-text.ts';

/** A message carries more than its table: all cells together stay within this many characters. */
const roomForTable = 4000;
const cellLength = 90;
const mostRows = 60;

/** What a tool found. Cells are raw text: nothing in them is parsed. `isPlain`: for a workspace that does not take tables yet. */
export function runTable({ columns, rows }: RunTable, { isPlain }: { isPlain: boolean }): KnownBlock[] {
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
  const all = [columns.map((name) => clip(oneLine(name), cellLength)), ...shown];
  const block: TableBlock = {
    type: 'table',
    rows: all.map((cells) => cells.map(rawText)),
    column_settings: columns.map(() => ({ is_wrapped: true })),
  };
  const plain = richText(preformatted(all.map((cells) => cells.join(' · ')).join('\n')));
  return [isPlain ? plain : block, ...(left > 0 ? [richText(section(text(`… and ${left} more rows`)))] : [])];
}

/** Slack refuses an empty cell. */
function rawText(words: string) {
  return { type: 'raw_text' as const, text: words === '' ? '–' : words };
}
