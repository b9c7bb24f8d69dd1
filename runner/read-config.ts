import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Alias, type Document, isMap, isNode, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { ConfigurationError } from '../lib/errors.ts';
import { type ConfigProblem, checkConfig } from './check-config.ts';
import { type Program, RunnerConfig } from './config.ts';
import { plainWords } from './plain-words.ts';

type Path = ConfigProblem['path'];

/** Reads runner.yml; an error names the file, the line, the key, and what was expected there. */
export const readRunnerConfig = (file: string): RunnerConfig => openRunnerConfig(file).config;

/** Besides, how to say where in the file something is wrong that only shows when it is used. */
export function openRunnerConfig(file: string): {
  config: RunnerConfig;
  errorAt: (problem: ConfigProblem) => ConfigurationError;
} {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { prettyErrors: false, lineCounter: lines });
  const errorAtOffset = (offset: number, what: string) =>
    new ConfigurationError(`${file}:${Math.max(1, lines.linePos(offset).line)}: ${what}`);
  const [syntax] = document.errors;
  if (syntax?.code === 'MULTIPLE_DOCS')
    throw errorAtOffset(syntax.pos[0], 'a second document begins here (---): a file holds one');
  if (syntax) throw errorAtOffset(syntax.pos[0], syntax.message);
  const errorAt = ({ path, message }: ConfigProblem) =>
    errorAtOffset(offsetOf(document, path), `${path.map(String).join('.') || 'the file'}: ${message}`);

  const parsed = RunnerConfig.safeParse(valuesOf(document, errorAtOffset), { error: plainWords });
  if (!parsed.success) throw errorAt(wrong(parsed.error.issues[0]));
  const config = withAbsolutePaths(parsed.data, resolve(file));
  const [problem] = checkConfig(config);
  if (problem) throw errorAt(problem);
  return { config, errorAt };
}

/** Only here does the library follow aliases: one that leads nowhere, or too many of them, is no value. */
function valuesOf(document: Document, errorAt: (offset: number, what: string) => ConfigurationError): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    const aliases: Alias[] = [];
    visit(document, { Alias: (_key, alias) => void aliases.push(alias) });
    const lost = aliases.find((alias) => alias.resolve(document) === undefined);
    if (lost) throw errorAt(lost.range?.[0] ?? 0, `*${lost.source}: nothing before it is marked &${lost.source}`);
    const what = `its aliases (*) cannot be followed: write out what they stand for (${(error as Error).message})`;
    throw errorAt(aliases[0]?.range?.[0] ?? 0, what);
  }
}

/** Of the key itself, or of the nearest one around it that is there. */
function offsetOf(document: Document, path: Path): number {
  let [node, offset]: [unknown, number] = [document.contents, 0];
  for (const key of path) {
    const pair = isMap(node) ? node.items.find((item) => String(item.key) === String(key)) : undefined;
    const next =
      isNode(node) && 'get' in node ? (node.get as (key: unknown, keep: true) => unknown)(key, true) : undefined;
    const at = isNode(pair?.key) ? pair.key.range?.[0] : isNode(next) ? next.range?.[0] : undefined;
    if (at === undefined) break;
    [node, offset] = [pair?.value ?? next, at];
  }
  return offset;
}

function wrong(issue: z.core.$ZodIssue | undefined): ConfigProblem {
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return { path: [...issue.path, key], message: 'there is no such key here; docs/runner.md lists them' };
  }
  return { path: issue?.path ?? [], message: issue?.message ?? 'it cannot be read' };
}

/** Paths are relative to the folder that the file is in; so is where a program runs that names no folder. */
function withAbsolutePaths(config: RunnerConfig, file: string): RunnerConfig {
  const absolute = (path: string) => resolve(dirname(file), path);
  const program = <T extends Program>(given: T): T => ({ ...given, folder: absolute(given.folder ?? '.') });
  const programs = <T extends Record<string, Program>>(given: T): T => mapValues(given, program) as T;
  return {
    ...config,
    file,
    keys: { ...config.keys, file: absolute(config.keys.file) },
    journal: absolute(config.journal),
    workTrees: mapValues(config.workTrees, (tree) => ({ ...tree, path: absolute(tree.path) })),
    components: mapValues(config.components, ({ stop, start, health, diagnose, clean, rollback, mirror }) => ({
      ...(stop && { stop: program(stop) }),
      ...(start && { start: program(start) }),
      ...(health && { health: program(health) }),
      diagnose: { ...diagnose, checks: programs(diagnose.checks), logs: diagnose.logs.map(absolute) },
      ...(clean && {
        clean: {
          temp: clean.temp.map(({ root, pattern }) => ({ root: absolute(root), pattern })),
          ...(clean.queue && { queue: absolute(clean.queue) }),
        },
      }),
      ...(rollback && { rollback: programs(rollback) }),
      ...(mirror && { mirror: { ...mirror, folder: absolute(mirror.folder) } }),
    })),
    actions: mapValues(config.actions, ({ undo, verify, ...action }) => ({
      ...program(action),
      ...(undo && { undo: program(undo) }),
      ...(verify && { verify: program(verify) }),
    })),
  };
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConfigurationError(
      code === 'ENOENT'
        ? `${file}: there is no such file. docs/runner.md shows one.`
        : code === 'EISDIR'
          ? `${file}: is a folder; name the runner.yml in it`
          : `${file}: cannot be read (${code})`,
    );
  }
}
