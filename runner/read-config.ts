import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ConfigurationError } from '../lib/errors.ts';
import { checkConfig } from './check-config.ts';
import { type Program, RunnerConfig } from './config.ts';

type Path = readonly PropertyKey[];

/** Reads runner.yml; an error names the file, the line, the key, and what was expected there. */
export function readRunnerConfig(file: string): RunnerConfig {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { prettyErrors: true, lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax)
    throw new ConfigurationError(`${file}:${syntax.linePos?.[0].line ?? 1}: ${syntax.message.split('\n')[0]}`);

  const refuse = (path: Path, message: string): never => {
    const line = lineOf(path);
    throw new ConfigurationError(`${file}:${line}: ${path.map(String).join('.') || 'the file'}: ${message}`);
  };
  /** Of the key itself, or of the nearest one around it that is there. */
  const lineOf = (path: Path): number => {
    let [node, offset]: [unknown, number] = [document.contents, 0];
    for (const key of path) {
      const pair = isMap(node) ? node.items.find((item) => String(item.key) === String(key)) : undefined;
      const next =
        isNode(node) && 'get' in node ? (node.get as (key: unknown, keep: true) => unknown)(key, true) : undefined;
      const at = isNode(pair?.key) ? pair.key.range?.[0] : isNode(next) ? next.range?.[0] : undefined;
      if (at === undefined) break;
      [node, offset] = [pair?.value ?? next, at];
    }
    return lines.linePos(offset).line;
  };

  const parsed = RunnerConfig.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    refuse(...wrong(issue));
  }
  const config = withAbsolutePaths(parsed.data as RunnerConfig, dirname(resolve(file)));
  const [problem] = checkConfig(config);
  if (problem) refuse(problem.path, problem.message);
  return config;
}

function wrong(issue: z.core.$ZodIssue | undefined): [Path, string] {
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return [[...issue.path, key], 'there is no such key here; docs/runner.md lists them'];
  }
  return [issue?.path ?? [], issue?.message ?? 'it cannot be read'];
}

/** Paths are relative to the folder that the file is in; so is where a program runs that names no folder. */
function withAbsolutePaths(config: RunnerConfig, base: string): RunnerConfig {
  const absolute = (path: string) => resolve(base, path);
  const program = <T extends Program>(given: T): T => ({ ...given, folder: absolute(given.folder ?? '.') });
  const programs = <T extends Record<string, Program>>(given: T): T => mapValues(given, program) as T;
  return {
    ...config,
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
        : `${file}: cannot be read (${code})`,
    );
  }
}
