import { Level } from '../../signal/signal.ts';
import { quote } from './did-you-mean.ts';

/** What `/failure list` is narrowed to. */
export interface ListFilters {
  minLevel?: Level;
  component?: string;
}

/** "severity >= 3" and "component: shop" are as good as without the spaces. */
export function readListFilters(words: string[]): { filters: ListFilters } | { problem: string } {
  const filters: ListFilters = {};
  const typed = words
    .join(' ')
    .replace(/\s*(>=|<=|:|=|>)\s*/gu, '$1')
    .split(' ');
  for (const filter of typed.filter((part) => part !== '')) {
    const [, key = '', operator = '', value = ''] = /^(\p{L}+)(>=|<=|:|=|>)(.*)$/u.exec(filter) ?? [];
    switch (key.toLowerCase()) {
      case 'severity':
      case 'level': {
        const level = Level.safeParse(Number(value) + (operator === '>' ? 1 : 0));
        if (!level.success || operator === '<=') return unclear(filter);
        filters.minLevel = level.data;
        break;
      }
      case 'component':
        if (value === '' || operator.includes('>') || operator === '<=') return unclear(filter);
        filters.component = value.toLowerCase();
        break;
      default:
        return unclear(filter);
    }
  }
  return { filters };
}

function unclear(filter: string): { problem: string } {
  return { problem: `${quote(filter)} is not a filter. There are \`severity>=3\` and \`component:shop\`.` };
}
