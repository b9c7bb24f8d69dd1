import type { DataTableBlock, TableBlock } from '@slack/types';
import { inOrder } from '../in-order.ts';
import { RichText } from '../text/rich-text.tsx';

type Cell = TableBlock['rows'][number][number];

const CellView = ({ cell }: { cell: Cell }) => (cell.type === 'rich_text' ? <RichText block={cell} /> : cell.text);

export function Table({ block }: { block: TableBlock | DataTableBlock }) {
  const [head = [], ...body] = block.rows;
  const settings = block.type === 'table' ? (block.column_settings ?? []) : [];
  const look = (column: number) => ({
    textAlign: settings[column]?.align ?? 'left',
    whiteSpace: settings[column]?.is_wrapped ? ('normal' as const) : ('nowrap' as const),
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrollable with the keys
    <section className="table" tabIndex={0} aria-label="Table">
      <table>
        {block.type === 'data_table' && <caption>{block.caption}</caption>}
        <thead>
          <tr>
            {inOrder(head, (cell, column) => (
              <th scope="col" style={look(column)}>
                <CellView cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inOrder(body, (row) => (
            <tr>
              {inOrder(row, (cell, column) => (
                <td style={look(column)}>
                  <CellView cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
