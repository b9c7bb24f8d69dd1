import { UsageError } from './commands/options.ts';

/** The table of the work queue and the gates: the flag, the environment, or runner.yml, which is read only when it is needed. */
export async function hostTable(
  { table, config }: { table?: string | undefined; config?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const named = table || env.KINTSUGI_TABLE;
  if (named) return named;
  if (config !== undefined) {
    const { readRunnerConfig } = await import('./read-config.ts');
    const { table: configured } = readRunnerConfig(config);
    if (configured) return configured;
    throw new UsageError(`${config} names no table; add \`table: NAME\`, or say --table NAME`);
  }
  throw new UsageError('no table: say --table NAME, set KINTSUGI_TABLE, or name a runner.yml with --config');
}
