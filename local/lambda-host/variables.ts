import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { ServiceFileError } from './service-file-error.ts';
import type { TaggedYaml } from './yaml-with-tags.ts';

/** What `${…}` in serverless.yml may draw from on this machine. */
export interface VariableSources {
  projectDir: string;
  stage: string;
  env: Record<string, string | undefined>;
  /** As `--param name=value` on the command line; stronger than the file's own `params`. */
  params?: Record<string, string>;
}

/** `${type:address}` or `${type(parameter):address}` without another inside. `${Table.Arn}` and `${AWS::Region}` are CloudFormation's. */
const innermost = /\$\{(?!AWS::)((?:[a-zA-Z]+\([^()${}]*\)|[a-zA-Z]+:)[^${}]*)\}/;
const understood =
  'the local stack understands sls:stage, self:…, env:…, param:… and file(…), each with a default after a comma';

/** The `self:` addresses that led here: one that comes up again refers to itself. */
type Chain = readonly string[];

/** Replaces every variable of the file by its value, as `serverless` would. */
export async function resolveVariables(yaml: TaggedYaml, sources: VariableSources): Promise<unknown> {
  const fail = (at: string, problem: string, cause?: unknown): never => {
    throw new ServiceFileError({ file: yaml.file, line: yaml.lineOf(at), path: at }, problem, cause);
  };

  async function resolve(value: unknown, at: string, chain: Chain): Promise<unknown> {
    if (typeof value === 'string') return resolveText(value, at, chain);
    if (Array.isArray(value)) return Promise.all(value.map((item, index) => resolve(item, `${at}.${index}`, chain)));
    if (value !== null && typeof value === 'object') {
      const entries = await Promise.all(
        Object.entries(value).map(
          async ([key, inner]) => [key, await resolve(inner, at === '' ? key : `${at}.${key}`, chain)] as const,
        ),
      );
      return Object.fromEntries(entries);
    }
    return value;
  }

  async function resolveText(text: string, at: string, chain: Chain): Promise<unknown> {
    let rest = text;
    for (let match = innermost.exec(rest); match; match = innermost.exec(rest)) {
      const [whole, expression = ''] = match;
      const value = await evaluate(expression, at, chain);
      if (whole === rest) return value;
      if (value !== null && typeof value === 'object')
        fail(at, `${whole} is a ${Array.isArray(value) ? 'list' : 'map'}, so it must stand alone`);
      rest = rest.slice(0, match.index) + String(value ?? '') + rest.slice(match.index + whole.length);
    }
    return rest;
  }

  /** The first of the comma-separated sources that has a value. */
  async function evaluate(expression: string, at: string, chain: Chain): Promise<unknown> {
    const candidates = expression.split(/,(?=(?:[^'"()]|'[^']*'|"[^"]*"|\([^()]*\))*$)/).map((source) => source.trim());
    for (const source of candidates) {
      const value = await read(source, at, chain);
      if (value !== undefined) return value;
    }
    return fail(at, `\${${expression}} has no value and no default`);
  }

  async function read(source: string, at: string, chain: Chain): Promise<unknown> {
    const literal = /^(?:'([^']*)'|"([^"]*)"|(true|false|null|-?\d+(?:\.\d+)?))$/.exec(source);
    if (literal) return literal[1] ?? literal[2] ?? JSON.parse(literal[3] ?? 'null');
    if (source === 'sls:stage') return sources.stage;
    const file = /^file\(([^()]+)\)(?::(.+))?$/.exec(source);
    if (file) return readFile(file[1] ?? '', file[2], at, chain);
    const [, type, address = ''] = /^([a-zA-Z]+):(.*)$/.exec(source) ?? [];
    if (type === 'env') return sources.env[address];
    if (type === 'self') return readSelf(address, at, chain);
    if (type === 'param') {
      const own = await readSelf(`params.${sources.stage}.${address}`, at, chain);
      return sources.params?.[address] ?? own ?? readSelf(`params.default.${address}`, at, chain);
    }
    return fail(at, `\${${source}} cannot be resolved here: ${understood}`);
  }

  /** Reads a path of the file itself; what it finds on the way may be a variable as well. */
  async function readSelf(address: string, at: string, chain: Chain): Promise<unknown> {
    if (chain.includes(address)) fail(at, `\${self:${address}} refers to itself`);
    const longer = [...chain, address];
    let value: unknown = yaml.tree;
    let walked = '';
    for (const key of address.split('.')) {
      if (typeof value === 'string') value = await resolveText(value, walked, longer);
      if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
      value = (value as Record<string, unknown>)[key];
      walked = walked === '' ? key : `${walked}.${key}`;
    }
    return resolve(value, address, longer);
  }

  async function readFile(name: string, address: string | undefined, at: string, chain: Chain): Promise<unknown> {
    const file = path.resolve(sources.projectDir, name);
    if (!existsSync(file)) fail(at, `file(${name}) does not exist`);
    try {
      const content = /\.[cm]?js$/.test(file) ? await importExports(file) : parse(readFileSync(file, 'utf8'));
      let value: unknown = content;
      for (const key of address?.split('.') ?? []) value = (value as Record<string, unknown> | undefined)?.[key];
      if (typeof value !== 'function') return value;
      return await value({
        options: { stage: sources.stage },
        resolveVariable: (expression: string) => evaluate(expression, at, chain),
      });
    } catch (error) {
      if (error instanceof ServiceFileError) throw error;
      return fail(at, `file(${name}): ${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  return resolve(yaml.tree, '', []);
}

/** A CommonJS file's `module.exports`, or a module's exports. */
async function importExports(file: string): Promise<unknown> {
  const loaded: Record<string, unknown> = await import(pathToFileURL(file).href);
  return loaded.default ?? loaded;
}
