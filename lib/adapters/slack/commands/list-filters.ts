import { AskedStatus, type FailureFilter } from '../../../failure/failure-query.ts';
import { isTimeWord, sinceOf } from '../../../report/since.ts';
import { Level } from '../../../signal/signal.ts';
import { closest, quote } from '../did-you-mean.ts';

/** What `/failure list` and `search` are narrowed to. */
export interface ListFilters {
  minLevel?: Level;
  maxLevel?: Level;
  component?: string;
  status?: AskedStatus;
  /** As it was typed: `7d`, `yesterday`, `2026-11-01`. */
  since?: string;
  /** Who took it: `me`, or a Slack id. */
  by?: string;
}

const keys = { level: 'level', component: 'component', status: 'status', since: 'since', by: 'by' } as const;
const alsoCalled: Record<string, keyof typeof keys> = {
  severity: 'level',
  sev: 'level',
  lvl: 'level',
  comp: 'component',
  service: 'component',
  state: 'status',
  is: 'status',
  from: 'since',
  last: 'since',
  owner: 'by',
};
const alsoMeant: Record<string, AskedStatus> = {
  new: 'unacknowledged',
  unacked: 'unacknowledged',
  acked: 'acknowledged',
  unresolved: 'open',
  closed: 'resolved',
  done: 'resolved',
  any: 'all',
};

export type ReadFilters = { filters: ListFilters; words: string[] } | { problem: string };

/**
 * Filters in any order and case; "severity >= 3" and "component: shop" are as good as without the spaces. What is none is left
 * over in `words`; a filter that cannot be meant is a problem.
 */
export function readFilters(typed: readonly string[], { isSearch = false } = {}): ReadFilters {
  let filters: ListFilters = {};
  const words: string[] = [];
  for (const word of joined(typed)) {
    const read = readFilter(word, isSearch);
    if (read === undefined) words.push(word);
    else if ('problem' in read) return read;
    else filters = { ...filters, ...read.filters, ...bothLevels(filters, read.filters) };
  }
  const { minLevel = 1, maxLevel = 5 } = filters;
  if (minLevel > maxLevel) {
    const problem = `Nothing can match: no failure has severity ${minLevel} and up and also ${maxLevel} and below.`;
    return { problem };
  }
  return { filters, words };
}

/** Each of several bounds counts. */
function bothLevels(one: ListFilters, other: ListFilters): Pick<ListFilters, 'minLevel' | 'maxLevel'> {
  const mins = [one.minLevel, other.minLevel].filter((level) => level !== undefined).sort();
  const maxs = [one.maxLevel, other.maxLevel].filter((level) => level !== undefined).sort();
  const [minLevel] = mins.reverse();
  const [maxLevel] = maxs;
  return { ...(minLevel && { minLevel }), ...(maxLevel && { maxLevel }) };
}

function joined(typed: readonly string[]): string[] {
  // A space that somebody put into quotes is no space between two filters.
  const kept = typed.map((word) => word.replaceAll(' ', '\u0000')).join(' ');
  return kept
    .replace(/\s*(>=|<=|:(?!\/\/)|=|>|<)\s*/gu, '$1')
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => word.replaceAll('\u0000', ' '));
}

const written = /^(\p{L}*)(>=|<=|:|=|>|<)(.*)$/u;

function readFilter(word: string, isSearch: boolean): { filters: ListFilters } | { problem: string } | undefined {
  const atLeast = /^([1-5])\+$/u.exec(word)?.[1];
  if (atLeast) return { filters: { minLevel: Level.parse(Number(atLeast)) } };
  const [, name = '', operator = '', value = ''] = written.exec(word) ?? [];
  if (operator === '' || value.startsWith('//')) return undefined;
  const key = keyOf(name.toLowerCase(), operator);
  // A log is full of "error: …".
  if (!key) return isSearch ? undefined : unknownKey(word, name);
  if (key === 'level') return levels(word, operator, value);
  if (operator !== ':' && operator !== '=') return unclear(word);
  const wanted = value.toLowerCase();
  if (wanted === '') return unclear(word);
  switch (key) {
    case 'component':
      return { filters: { component: wanted } };
    case 'status': {
      const status = AskedStatus.safeParse(wanted).data ?? own(alsoMeant, wanted);
      return status ? { filters: { status } } : unclear(word);
    }
    case 'since':
      return isTimeWord(wanted) ? { filters: { since: wanted } } : unclear(word);
    case 'by':
      return person(value) ? { filters: { by: person(value) ?? '' } } : unclear(word);
    default:
      return key satisfies never;
  }
}

function keyOf(name: string, operator: string): keyof typeof keys | undefined {
  // ">=3" says nothing else.
  if (name === '') return operator === ':' || operator === '=' ? undefined : 'level';
  return Object.hasOwn(keys, name) ? (name as keyof typeof keys) : own(alsoCalled, name);
}

const own = <T>(table: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

function levels(word: string, operator: string, value: string): { filters: ListFilters } | { problem: string } {
  const isOpenUpwards = value.endsWith('+');
  const number = Number(isOpenUpwards ? value.slice(0, -1) : value);
  const said = operator === '>' ? number + 1 : operator === '<' ? number - 1 : number;
  const level = Level.safeParse(value.trim() === '' ? undefined : said);
  if (!level.success) return unclear(word);
  const isMin = operator.startsWith('>') || isOpenUpwards;
  const isMax = operator.startsWith('<');
  return { filters: { ...(!isMax && { minLevel: level.data }), ...(!isMin && { maxLevel: level.data }) } };
}

/** `me`, or as Slack knows them. */
function person(value: string): string | undefined {
  if (value.toLowerCase() === 'me') return 'me';
  return /^[UW][A-Z0-9]{2,30}$/u.test(value) ? value : undefined;
}

function unknownKey(word: string, name: string): { problem: string } {
  const meant = closest(name, [...Object.keys(keys), ...Object.keys(alsoCalled)]);
  return meant ? { problem: `${quote(word)} is not a filter. Did you mean \`${meant}:…\`?` } : unclear(word);
}

function unclear(word: string): { problem: string } {
  return {
    problem: `${quote(word)} is not a filter. There are \`severity>=3\`, \`component:shop\`, \`status:resolved\`, \`since:7d\` and \`by:me\`.`,
  };
}

/** As they were meant, by whom and when. */
export function meantFilters({ since, by, ...rest }: ListFilters, asked: { by: string; now: Date }): FailureFilter {
  const from = since === undefined ? undefined : sinceOf(since, asked.now)?.toISOString();
  const person = by === 'me' ? asked.by : by;
  return { ...rest, ...(from && { since: from }), ...(person && { by: person }) };
}
