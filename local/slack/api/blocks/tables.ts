import { z } from 'zod';
import { richTextBlock } from './rich-text.ts';
import { blockId, list, text } from './text.ts';

const rawText = z.strictObject({ type: z.literal('raw_text'), text: text(10_000, 0) });
const rawNumber = z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: text(10_000, 0) });
const cell = z.discriminatedUnion('type', [rawText, rawNumber, richTextBlock]);

export const table = z.strictObject({
  type: z.literal('table'),
  block_id: blockId,
  rows: list(list(cell, 20), 100),
  column_settings: list(
    z.strictObject({ align: z.enum(['left', 'center', 'right']).optional(), is_wrapped: z.boolean().optional() }),
    20,
  ).optional(),
});

export const dataTable = z
  .strictObject({
    type: z.literal('data_table'),
    block_id: blockId,
    caption: text(3000),
    // Slack's own page says 101 rows with the header; newer copies say 201, so 101 is safe everywhere.
    rows: list(list(cell, 20), 101, 2),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).max(19).optional(),
  })
  .refine((block) => block.rows.every((row) => row.length === block.rows[0]?.length), {
    error: 'must have the same number of cells in every row',
    path: ['rows'],
  })
  .refine((block) => block.rows[0]?.every((headerCell) => headerCell.type !== 'rich_text'), {
    error: 'must not have rich text in the header row',
    path: ['rows', 0],
  });

const point = (value: z.ZodNumber) => z.strictObject({ label: text(20), value });
const seriesChart = <T extends 'bar' | 'area' | 'line'>(type: T) =>
  z
    .strictObject({
      type: z.literal(type),
      series: list(z.strictObject({ name: text(20), data: list(point(z.number()), 20) }), 6),
      axis_config: z.strictObject({
        categories: list(text(20), 20),
        x_label: text(50).optional(),
        y_label: text(50).optional(),
      }),
    })
    .refine(
      ({ series, axis_config }) =>
        series.every(({ data }) => data.map((p) => p.label).join('\n') === axis_config.categories.join('\n')),
      { error: 'must have one value per category in every series', path: ['series'] },
    );

export const dataVisualization = z.strictObject({
  type: z.literal('data_visualization'),
  block_id: blockId,
  title: text(50),
  chart: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('pie'),
      segments: list(point(z.number().gt(0, { error: 'must be greater than 0' })), 6),
    }),
    seriesChart('bar'),
    seriesChart('area'),
    seriesChart('line'),
  ]),
});
