import { Children, type ReactNode } from 'react';

/** Shows a list whose items have no identity but their place (parsed text, blocks, table cells). */
export function inOrder<Item>(items: readonly Item[], show: (item: Item, place: number) => ReactNode): ReactNode[] {
  return Children.toArray(items.map(show));
}
