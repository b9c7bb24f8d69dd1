import { FailureId } from '../../failure/failure.ts';
import { Level } from '../../signal/signal.ts';
import { escapeMrkdwn, unescapeMrkdwn } from './escape.ts';

/** What somebody typed after `/failure`. */
export type Command =
  | { kind: 'report'; text: string }
  | { kind: 'list'; minLevel?: Level; component?: string }
  | { kind: 'show'; failureId: FailureId }
  | { kind: 'help' }
  | { kind: 'unclear'; problem: string };

const verbs = ['report', 'list', 'show', 'help'] as const;
type Verb = (typeof verbs)[number];

/** Forgives case, spaces and a sloppily typed id; never throws. */
export function parseCommand(typed: string): Command {
  const text = unescapeMrkdwn(typed).trim();
  const [word = '', ...rest] = text.split(/\s+/u);
  if (word === '') return { kind: 'help' };
  const verb = verbs.find((known) => known === word.toLowerCase());
  // Its id alone is enough to ask for a failure.
  if (!verb && rest.length === 0 && readFailureId(word)) return parseShow([word]);
  if (!verb) return { kind: 'unclear', problem: unknownWord(word) };
  switch (verb) {
    case 'report':
      return { kind: 'report', text: text.slice(word.length).trim() };
    case 'list':
      return parseList(rest);
    case 'show':
      return parseShow(rest);
    case 'help':
      return { kind: 'help' };
    default:
      return verb satisfies never;
  }
}

/** `F-7K3Q9D` as people type it: lower case, without the hyphen, with O for 0 and I or L for 1. */
export function readFailureId(typed: string): FailureId | undefined {
  const letters = typed
    .toUpperCase()
    .replace(/^[`'"(]+|[`'").,:;]+$/gu, '')
    .replace(/^F-?/u, '')
    .replaceAll('O', '0')
    .replace(/[IL]/gu, '1');
  const parsed = FailureId.safeParse(`F-${letters}`);
  return parsed.success && /^[`'"(]*f-?/iu.test(typed) ? parsed.data : undefined;
}

function parseShow(words: string[]): Command {
  const [typed] = words;
  if (!typed) return { kind: 'unclear', problem: 'Which failure? Say its id: `/failure show F-7K3Q9D`' };
  const failureId = readFailureId(typed) ?? readFailureId(`F-${typed}`);
  if (failureId) return { kind: 'show', failureId };
  return {
    kind: 'unclear',
    problem: 'That is not a failure’s id. One looks like `F-7K3Q9D`; `/failure list` shows them.',
  };
}

function parseList(words: string[]): Command {
  const list: Extract<Command, { kind: 'list' }> = { kind: 'list' };
  // "severity >= 3" and "component: shop" are as good as without the spaces.
  const filters = words
    .join(' ')
    .replace(/\s*(>=|<=|:|=|>)\s*/gu, '$1')
    .split(' ');
  for (const filter of filters.filter((part) => part !== '')) {
    const [, key = '', operator = '', value = ''] = /^(\p{L}+)(>=|<=|:|=|>)(.*)$/u.exec(filter) ?? [];
    switch (key.toLowerCase()) {
      case 'severity':
      case 'level': {
        const level = Level.safeParse(Number(value) + (operator === '>' ? 1 : 0));
        if (!level.success || operator === '<=') return unclearFilter(filter);
        list.minLevel = level.data;
        break;
      }
      case 'component':
        if (value === '' || operator === '>' || operator.includes('>') || operator === '<=')
          return unclearFilter(filter);
        list.component = value.toLowerCase();
        break;
      default:
        return unclearFilter(filter);
    }
  }
  return list;
}

function unclearFilter(filter: string): Command {
  return {
    kind: 'unclear',
    problem: `${quote(filter)} is not a filter. There are \`severity>=3\` and \`component:shop\`.`,
  };
}

function unknownWord(word: string): string {
  const meant = closest(word.toLowerCase());
  const hint = meant ? `Did you mean \`/failure ${meant}\`?` : '`/failure help` shows what there is.';
  return `There is no ${quote(word)}. ${hint}`;
}

/** A word that somebody typed, short and harmless. */
function quote(word: string): string {
  return `“${escapeMrkdwn(
    Array.from(word.replace(/[`*_~]/gu, ''))
      .slice(0, 30)
      .join(''),
  )}”`;
}

function closest(word: string): Verb | undefined {
  const [best] = verbs.map((verb) => ({ verb, away: distance(word, verb) })).sort((a, b) => a.away - b.away);
  return best && best.away <= 2 ? best.verb : undefined;
}

/** Edits between two words: one letter typed, left out or replaced each. */
function distance(typed: string, known: string): number {
  const a = Array.from(typed.slice(0, 20));
  const b = Array.from(known);
  let row = b.map((_, index) => index + 1);
  row.unshift(0);
  for (const [i, letter] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
