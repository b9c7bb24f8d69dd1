import { z } from 'zod';
import { ConfigurationError } from '../../lib/errors.ts';
import { ComponentName, type Level } from '../../lib/signal/signal.ts';
import type { RunnerConfig } from '../config.ts';

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

/** Parses flags; an error names the flag as the person typed it. */
export function parseFlags<T extends z.ZodType>(schema: T, flags: unknown): z.output<T> {
  const parsed = schema.safeParse(flags);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const flag = String(issue?.path[0] ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const isMissing = issue?.code === 'invalid_type' && issue.message.includes('undefined');
  throw new UsageError(isMissing ? `--${flag} is missing` : `--${flag}: ${issue?.message}`);
}

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
  if (!parsed.success) throw new UsageError(`${source}: ${parsed.error.issues[0]?.message}`);
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
  say(`kintsugi: ${error instanceof Error ? error.message : String(error)}.${advice}`.replace(/([.!?])\./, '$1'));
  return 1;
}
