import type { FailureId } from '../../../failure/ids.ts';
import { GateScope } from '../../../gate/gate-scope.ts';
import { ComponentName } from '../../../signal/signal.ts';
import { closest, quote } from '../did-you-mean.ts';
import { type ListFilters, readFilters } from './list-filters.ts';
import { readMute, type TypedMute } from './read-mute.ts';
import { type FailureRef, readRef } from './read-ref.ts';
import { subcommand, type Verb, verbOf, verbs } from './subcommands.ts';
import { readTyped, type Typed } from './typed-words.ts';

/** What somebody typed after `/failure`. */
export type Command =
  | { kind: 'report'; text: string }
  | { kind: 'list'; filters: ListFilters }
  | { kind: 'search'; words: string; filters: ListFilters }
  | { kind: 'show' | 'edit' | 'export' | 'postmortem' | 'split'; failure: FailureRef }
  | { kind: 'merge'; failures: [FailureRef, FailureRef] }
  | { kind: 'queue'; component?: string }
  | { kind: 'gate'; scope?: string }
  | { kind: 'runners' }
  | { kind: 'mute'; mute?: TypedMute }
  | { kind: 'unmute' | 'checklist'; component: string }
  | { kind: 'diagnose'; component: string }
  | { kind: 'clean'; component: string; dryRun: boolean }
  | { kind: 'no-component'; verb: Verb; failureId: FailureId; more: string[] }
  | { kind: 'help'; about?: Verb }
  | { kind: 'unclear'; problem: string };

export interface Parsed {
  command: Command;
  /** The channel is to see the answer. */
  isPublic: boolean;
}

/** Forgives case, order, spaces, quotes and sloppily typed ids; never throws. */
export function parseCommand(text: string): Parsed {
  const typed = readTyped(text);
  const { flags } = typed;
  const isPublic = flags.has('public');
  const command = readCommand(typed);
  const verb = verbs.find((one) => one === command.kind);
  if (isPublic && verb && !subcommand(verb).mayBePublic) {
    return {
      command: unclear(`\`--public\` does not go with \`${verb}\`: its answer is for you alone.`),
      isPublic: false,
    };
  }
  const strange = [...flags].find((flag) => !['public', 'dry-run', 'dry', 'dryrun'].includes(flag));
  if (strange && command.kind !== 'unclear' && command.kind !== 'report') {
    return { command: unclear(`There is no ${quote(`--${strange}`)}. ${help(verb)}`), isPublic: false };
  }
  return { command, isPublic: isPublic && verb !== undefined };
}

function readCommand(typed: Typed): Command {
  const [word = '', ...rest] = typed.words;
  if (word === '') return { kind: 'help' };
  const verb = verbOf(word);
  if (!verb) return withoutVerb(typed);
  const misnamed = withoutComponent(verb, typed);
  if (misnamed) return misnamed;
  switch (verb) {
    case 'report':
      return { kind: 'report', text: typed.rest };
    case 'list': {
      const read = readFilters(rest);
      if ('problem' in read) return unclear(read.problem);
      const [left] = read.words;
      return left === undefined
        ? { kind: 'list', filters: read.filters }
        : unclear(`${quote(left)} is not a filter. \`/failure help list\` says what there is.`);
    }
    case 'search': {
      const read = readFilters(rest, { isSearch: true });
      if ('problem' in read) return unclear(read.problem);
      const words = read.words.join(' ');
      return words === ''
        ? unclear('Search for what? Say some words: `/failure search connection refused`')
        : { kind: 'search', words, filters: read.filters };
    }
    case 'show':
    case 'edit':
    case 'export':
    case 'postmortem':
    case 'split': {
      const read = readOne(rest, verb);
      return 'problem' in read ? unclear(read.problem) : { kind: verb, failure: read };
    }
    case 'merge':
      return readMerge(rest);
    case 'queue': {
      const read = readName(rest, ComponentName, 'queue shop');
      return 'problem' in read ? unclear(read.problem) : { kind: 'queue', ...named('component', read.name) };
    }
    case 'gate': {
      const read = readName(rest, GateScope, 'gate shop');
      return 'problem' in read ? unclear(read.problem) : { kind: 'gate', ...named('scope', read.name) };
    }
    case 'mute': {
      if (rest.length === 0) return { kind: 'mute' };
      const read = readMute(rest);
      return 'problem' in read ? unclear(read.problem) : { kind: 'mute', mute: read };
    }
    case 'unmute':
    case 'checklist': {
      const read = readName(rest, ComponentName, `${verb} shop`);
      if ('problem' in read) return unclear(read.problem);
      if (read.name === undefined) return unclear(`Which component? Say its name: \`/failure ${verb} shop\``);
      return { kind: verb, component: read.name };
    }
    case 'diagnose':
    case 'clean':
      return parseTool(verb, rest, typed.flags);
    case 'runners':
      return { kind: 'runners' };
    case 'help': {
      const [asked] = rest;
      const about = verbOf(asked ?? '');
      if (asked !== undefined && !about)
        return unclear(`There is no subcommand ${quote(asked)}. ${meant(asked, 'help ')}`);
      return { kind: 'help', ...(about && { about }) };
    }
    default:
      return verb satisfies never;
  }
}

/** Its id alone is enough to ask for a failure; `shop checklist` is as good as the other way round. */
function withoutVerb(typed: Typed): Command {
  const [word = '', ...rest] = typed.words;
  const [second = '', ...more] = rest;
  const verb = verbOf(second);
  if (verb && isAboutOne(verb) && (more.length === 0 || verb === 'mute')) {
    return readCommand({ ...typed, words: [second, word, ...more] });
  }
  const ref = /^[`'"(<]*f-?[0-9a-z]+/iu.test(word) && rest.length === 0 ? readRef(word) : undefined;
  if (ref && ('failureId' in ref || /^[`'"(<]*f-/iu.test(word))) return { kind: 'show', failure: ref };
  return unclear(`There is no ${quote(word)}. ${meant(word)}`);
}

function meant(word: string, before = ''): string {
  const verb = closest(word, verbs);
  return verb ? `Did you mean \`/failure ${before}${verb}\`?` : '`/failure help` shows what there is.';
}

const isAboutComponent = (verb: Verb): boolean => subcommand(verb).usage.startsWith('shop');
const isAboutOne = (verb: Verb): boolean => isAboutComponent(verb) || /^F-\S+$/u.test(subcommand(verb).usage);

/** A failure's id where a component is asked for. */
function withoutComponent(verb: Verb, { words, flags }: Typed): Command | undefined {
  const [, typed = '', ...rest] = words;
  const failureId = isAboutComponent(verb) && /^f-/iu.test(typed) ? readFailureId(typed) : undefined;
  const more = [...rest, ...[...flags].map((flag) => `--${flag}`)];
  return failureId && { kind: 'no-component', verb, failureId, more };
}

/** The id in `F-7K3Q9D` as people type it; undefined for less than a whole one. */
export function readFailureId(typed: string): FailureId | undefined {
  const ref = readRef(typed);
  return ref && 'failureId' in ref ? ref.failureId : undefined;
}

function readOne([word, more]: string[], verb: Verb): FailureRef | { problem: string } {
  if (!word) return { problem: `Which failure? Say its id: \`/failure ${verb} ${subcommand(verb).usage}\`` };
  if (more) return { problem: `${quote(more)} is too much. One id is enough: \`/failure ${verb} F-7K3Q9D\`` };
  return readRef(word) ?? { problem: noId };
}

function readMerge(words: string[]): Command {
  const ids = words.filter((word) => !/^(and|with|into|to|&|\+)$/iu.test(word));
  const [one, other] = ids.map(readRef);
  if (ids.length === 2 && one && other) return { kind: 'merge', failures: [one, other] };
  if (ids.length === 2) return unclear(noId);
  return unclear('Which two? Say both ids: `/failure merge F-7K3Q9D F-8W4RTX`');
}

const noId = 'That is not a failure’s id. One looks like `F-7K3Q9D`; `/failure list` shows them.';

/** `diagnose shop`, `clean shop --dry-run`; people also write it as words. */
function parseTool(verb: 'diagnose' | 'clean', words: string[], flags: Set<string>): Command {
  const text = words.join(' ');
  const dry = /(?:^|\s)[-–—]{0,2}dry(?:[-–—\s]?run)?(?=\s|$)/iu;
  const dryRun = dry.test(text) || flags.has('dry-run') || flags.has('dry') || flags.has('dryrun');
  const rest = text.replace(dry, '').split(' ').filter(Boolean);
  if (rest.length === 0) return unclear(`Which component? Say its name: \`/failure ${verb} shop\``);
  const read = readName(rest, ComponentName, `${verb} shop`);
  if ('problem' in read) return unclear(read.problem);
  const component = read.name ?? '';
  return verb === 'clean' ? { kind: 'clean', component, dryRun } : { kind: 'diagnose', component };
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

const unclear = (problem: string): Command => ({ kind: 'unclear', problem });
const help = (verb: Verb | undefined) => `\`/failure help${verb ? ` ${verb}` : ''}\` says what there is.`;
