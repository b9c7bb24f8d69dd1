import { FailureId } from '../../failure/failure.ts';
import { GateScope } from '../../gate/gate-scope.ts';
import { ComponentName } from '../../signal/signal.ts';
import { closest, quote } from './did-you-mean.ts';
import { unescapeMrkdwn } from './escape.ts';
import { type ListFilters, readListFilters } from './list-filters.ts';

/** What somebody typed after `/failure`. */
export type Command =
  | { kind: 'report'; text: string }
  | ({ kind: 'list' } & ListFilters)
  | { kind: 'show'; failureId: FailureId }
  | { kind: 'export'; failureId: FailureId }
  | { kind: 'queue'; component?: string }
  | { kind: 'gate'; scope?: string }
  | { kind: 'runners' }
  | { kind: 'diagnose'; component: string }
  | { kind: 'clean'; component: string; dryRun: boolean }
  | { kind: 'help' }
  | { kind: 'unclear'; problem: string };

const verbs = [
  'report',
  'list',
  'show',
  'queue',
  'gate',
  'diagnose',
  'clean',
  'runners',
  'export',
  'help',
] as const satisfies Command['kind'][];
type Verb = (typeof verbs)[number];

/** What people type instead, without thinking. */
const alsoCalled: Record<string, Verb> = { gates: 'gate', runner: 'runners', clear: 'clean', next: 'queue' };

/** Forgives case, spaces and a sloppily typed id; never throws. */
export function parseCommand(typed: string): Command {
  const text = unescapeMrkdwn(typed).trim();
  const [word = '', ...rest] = text.split(/\s+/u);
  if (word === '') return { kind: 'help' };
  const verb = verbs.find((known) => known === word.toLowerCase()) ?? ownEntry(alsoCalled, word.toLowerCase());
  // Its id alone is enough to ask for a failure.
  if (!verb && rest.length === 0 && readFailureId(word)) return { kind: 'show', ...readId(word, 'show') } as Command;
  if (!verb) return { kind: 'unclear', problem: unknownWord(word) };
  switch (verb) {
    case 'report':
      return { kind: 'report', text: text.slice(word.length).trim() };
    case 'list': {
      const read = readListFilters(rest);
      return 'problem' in read ? { kind: 'unclear', ...read } : { kind: 'list', ...read.filters };
    }
    case 'show':
    case 'export': {
      const read = readId(rest[0], verb);
      return 'problem' in read ? { kind: 'unclear', ...read } : { kind: verb, ...read };
    }
    case 'queue': {
      const read = readName(rest, ComponentName, 'queue shop');
      return 'problem' in read ? { kind: 'unclear', ...read } : { kind: 'queue', ...named('component', read.name) };
    }
    case 'gate': {
      const read = readName(rest, GateScope, 'gate shop');
      return 'problem' in read ? { kind: 'unclear', ...read } : { kind: 'gate', ...named('scope', read.name) };
    }
    case 'diagnose':
    case 'clean':
      return parseTool(verb, rest);
    case 'runners':
    case 'help':
      return { kind: verb };
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

function readId(typed: string | undefined, verb: Verb): { failureId: FailureId } | { problem: string } {
  if (!typed) return { problem: `Which failure? Say its id: \`/failure ${verb} F-7K3Q9D\`` };
  const failureId = readFailureId(typed) ?? readFailureId(`F-${typed}`);
  return failureId
    ? { failureId }
    : { problem: 'That is not a failure’s id. One looks like `F-7K3Q9D`; `/failure list` shows them.' };
}

/** `diagnose shop`, `clean shop --dry-run`. */
function parseTool(verb: 'diagnose' | 'clean', words: string[]): Command {
  // A phone makes one dash of two.
  const dry = /(?:^|\s)[-–—]{0,2}dry(?:[-–—\s]?run)?(?=\s|$)/iu;
  const text = words.join(' ');
  const dryRun = dry.test(text);
  const rest = text.replace(dry, '').split(' ').filter(Boolean);
  if (rest.length === 0) {
    return { kind: 'unclear', problem: `Which component? Say its name: \`/failure ${verb} shop\`` };
  }
  const read = readName(rest, ComponentName, `${verb} shop`);
  if ('problem' in read) return { kind: 'unclear', ...read };
  const component = read.name ?? '';
  if (verb === 'clean') return { kind: 'clean', component, dryRun };
  return { kind: 'diagnose', component };
}

/** One name or none; "component:shop" is as good as "shop". */
function readName(
  words: string[],
  schema: typeof ComponentName | typeof GateScope,
  example: string,
): { name?: string } | { problem: string } {
  const [typed, ...more] = words.map((word) => word.replace(/^component[:=]/iu, '')).filter((word) => word !== '');
  if (!typed) return {};
  const [unread] = more;
  if (unread) return { problem: `${quote(unread)} is too much. One name is enough: \`/failure ${example}\`` };
  const name = schema.safeParse(typed.toLowerCase());
  return name.success
    ? { name: name.data }
    : { problem: `${quote(typed)} cannot be a component’s name. Say it like this: \`/failure ${example}\`` };
}

function named<K extends string>(key: K, name: string | undefined): Partial<Record<K, string>> {
  return name === undefined ? {} : ({ [key]: name } as Record<K, string>);
}

function ownEntry(table: Record<string, Verb>, word: string): Verb | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

function unknownWord(word: string): string {
  const meant = closest(word, verbs);
  const hint = meant ? `Did you mean \`/failure ${meant}\`?` : '`/failure help` shows what there is.';
  return `There is no ${quote(word)}. ${hint}`;
}
