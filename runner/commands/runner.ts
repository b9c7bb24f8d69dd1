import { z } from 'zod';
import { jsonLog } from '../../lib/adapters/log.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { checkTrees } from '../check-trees.ts';
import { loadOrCreateKeys } from '../keys.ts';
import { openRunnerConfig } from '../read-config.ts';
import { endRunning } from '../run-program.ts';
import { runRunner } from '../runner.ts';
import { spoolFolder } from '../spool.ts';
import { onStopSignals } from '../stop-signals.ts';
import { parseFlags } from './options.ts';

const Flags = z.object({ config: z.string().min(1), publicKey: z.boolean().default(false) });

/** `kintsugi runner`: waits for recoveries until it is told to stop. */
export async function runnerCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const { config, errorAt } = openRunnerConfig(flags.config);
  if (flags.publicKey) {
    console.log(loadOrCreateKeys(config.keys.file).publicKey);
    return 0;
  }
  const problem = await checkTrees(config);
  if (problem) throw errorAt(problem);
  const keys = loadOrCreateKeys(config.keys.file);
  if (keys.isNew) {
    console.error(`kintsugi: made a key for runner ${config.name} in ${config.keys.file}. Put this into kintsugi.yml:`);
    console.error(`  runners: { ${config.name}: { publicKey: ${keys.publicKey} } }`);
  }
  const stop = new AbortController();
  onStopSignals(process, {
    stop: () => stop.abort(),
    // The next start finishes what is at work; a check that nobody listens to any more must not run on.
    stopNow: () => {
      endRunning();
      process.exit(130);
    },
  });
  await runRunner(config, {
    log: jsonLog(`runner ${config.name}`),
    release: packageJson.version,
    stop: stop.signal,
    spool: spoolFolder(process.env),
  });
  return 0;
}
