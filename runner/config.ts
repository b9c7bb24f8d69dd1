import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { isPublicKey } from '../lib/adapters/signing/ed25519.ts';
import { ConfigurationError } from '../lib/errors.ts';
import { RunnerName } from '../lib/policy/policy.ts';
import { ComponentName } from '../lib/signal/signal.ts';

const QueueUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a queue URL, such as https://sqs.eu-west-1.amazonaws.com/…',
});
/** A program and its arguments, as they are: no shell reads them. */
const Command = z.array(z.string()).min(1, 'must be a list: the program, then its arguments');
const EnvironmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable');

export const WorkTreeConfig = z.strictObject({
  path: z.string().min(1),
  component: ComponentName,
  /** How the component is verified after a rollback: exit 0 means that it works. */
  check: z.strictObject({
    command: Command,
    timeoutSeconds: z.number().positive().max(3600).default(300),
    /** Environment variables that the commands of this work tree get besides the usual few. */
    environment: z.array(EnvironmentName).max(50).default([]),
  }),
  retry: z
    .strictObject({
      /** Run before each check: what failed is done again (a build, a restart). */
      command: Command.optional(),
      attempts: z.int().min(1).max(10).default(2),
      backoffSeconds: z.number().min(0).max(600).default(5),
    })
    .prefault({}),
});
export type WorkTreeConfig = z.infer<typeof WorkTreeConfig>;

/** runner.yml. Paths are relative to the folder that the file is in. */
export const RunnerConfig = z.strictObject({
  name: RunnerName,
  queues: z.strictObject({ commands: QueueUrl, results: QueueUrl, failures: QueueUrl }),
  keys: z.strictObject({
    /** The runner's own private key; made at the first start, readable by its owner alone. */
    file: z.string().min(1),
    /** The public key of whoever commands this runner. */
    recovery: z.string().refine(isPublicKey, 'must be an Ed25519 public key (SPKI in base64)'),
  }),
  /** The runner's notebook: what it was told, did and reported. */
  journal: z.string().min(1),
  workTrees: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be 1 to 64 of a-z 0-9 . _ -'), WorkTreeConfig)
    .refine((trees) => Object.keys(trees).length > 0, 'must name at least one work tree'),
});
export type RunnerConfig = z.infer<typeof RunnerConfig>;

/** Reads runner.yml; an error names the file, the place, and what was expected there. */
export function readRunnerConfig(file: string): RunnerConfig {
  const document = parseDocument(readText(file), { prettyErrors: true });
  const [syntax] = document.errors;
  if (syntax) throw new ConfigurationError(`${file}: ${syntax.message.split('\n')[0]}`);
  const parsed = RunnerConfig.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigurationError(`${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
  }
  const config = parsed.data;
  const absolute = (path: string) => resolve(dirname(file), path);
  const workTrees = Object.entries(config.workTrees).map(([name, tree]) => [
    name,
    { ...tree, path: absolute(tree.path) },
  ]);
  return {
    ...config,
    keys: { ...config.keys, file: absolute(config.keys.file) },
    journal: absolute(config.journal),
    workTrees: Object.fromEntries(workTrees),
  };
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
