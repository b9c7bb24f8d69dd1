import { z } from 'zod';
import { ConfigurationError } from '../../lib/errors.ts';
import { ComponentName, type Level } from '../../lib/signal/signal.ts';
import { withAwsAdvice } from '../aws-advice.ts';
import type { RunnerConfig } from '../config.ts';
import { plainWords } from '../plain-words.ts';

/** The person typed something that cannot be: one line, exit code 2. */
export class UsageError extends Error {
  readonly code = 'usage';
}

const QueueUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a queue URL, such as https://sqs.eu-west-1.amazonaws.com/…',
});
const levels: Record<string, Level> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 };

/** Flags that several commands share, as they come from the command line or the environment. */
export const Component = ComponentName;
export const Severity = z
  .enum(['1', '2', '3', '4', '5'], 'must be 1 (trivial), 2 (minor), 3 (major), 4 (critical) or 5 (catastrophic)')
  .transform((text): Level => levels[text] ?? 1);
export const EnvironmentName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]+$/u, 'must not contain control characters');
export const CheckpointName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be 1 to 100 letters, digits, dots, dashes and underscores');

/** What is named without dashes. */
const positions: Readonly<Record<string, string>> = { scope: 'the component', failure: 'the failure' };
/** What may stand there, for whoever got it wrong. */
const examples: Readonly<Record<string, string>> = {
  component: 'shop-api',
  scope: 'shop-api, or account:claude',
  environment: 'production',
  severity: '3',
  queue: 'https://sqs.eu-west-1.amazonaws.com/123456789012/failures',
  item: 'W-7K3Q9D2X',
  id: 'W-7K3Q9D2X',
  name: 'before-release',
  summary: '"orders time out"',
  title: '"show the total with tax"',
  shut: '"the database is moved"',
  holder: 'ada@build-7',
  gateEvery: '15',
  gateGrace: '10',
  keep: '10',
  limit: '50',
  exitCode: '1',
  priority: 'high',
  table: 'kintsugi-prod',
  config: '/etc/kintsugi/runner.yml',
};

/** Parses flags; an error names the flag as the person typed it, what was given, what is expected, and an example. */
export function parseFlags<T extends z.ZodType>(schema: T, flags: unknown): z.output<T> {
  const parsed = schema.safeParse(flags, { error: plainWords });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0] ?? '');
  const given = (flags as Readonly<Record<string, unknown>>)[key];
  throw new UsageError(wrongFlag(key, given, issue?.message ?? 'it cannot be read'));
}

function wrongFlag(key: string, given: unknown, why: string): string {
  const label = positions[key] ?? `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const example = examples[key];
  const hint = example === undefined || /such as|\b1 \(/.test(why) ? '' : `, such as ${example}`;
  if (given === undefined) return `${label} is missing${hint}`;
  // A claim's token is for its holder alone.
  const shown = key === 'token' ? '' : ` ${quoted(String(given))}`;
  return `${label}${shown}: ${why}${hint}`;
}

/** On one line, and no longer than a line holds. */
const quoted = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** Where signals go: the flag, the environment, or runner.yml. */
export function failuresQueue(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  config?: RunnerConfig,
): string {
  const [source, url] = flag
    ? ['--queue', flag]
    : env.KINTSUGI_FAILURES_QUEUE_URL
      ? ['KINTSUGI_FAILURES_QUEUE_URL', env.KINTSUGI_FAILURES_QUEUE_URL]
      : ['runner.yml', config?.queues.failures];
  if (!url) {
    throw new UsageError(
      'no queue, so nothing was run: say --queue URL, set KINTSUGI_FAILURES_QUEUE_URL, or name a runner.yml with --config',
    );
  }
  const parsed = QueueUrl.safeParse(url);
  if (!parsed.success) throw new UsageError(`${source} ${quoted(url)}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** One line on stderr, and the exit code that goes with it. */
export function exitCodeOf(error: unknown, say: (line: string) => void): number {
  if (error instanceof UsageError) {
    say(`kintsugi: ${error.message}`);
    return 2;
  }
  if (error instanceof ConfigurationError) {
    say(`kintsugi: ${error.message}`);
    return 1;
  }
  const advice = error instanceof Error && 'whatToDo' in error ? ` ${String(error.whatToDo)}` : '';
  say(
    `kintsugi: ${withAwsAdvice(error instanceof Error ? error.message : String(error))}.${advice}`.replace(
      /([.!?])\./,
      '$1',
    ),
  );
  return 1;
}
