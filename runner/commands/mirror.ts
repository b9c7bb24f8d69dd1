import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hostStores } from '../host-stores.ts';
import { hostTable } from '../host-table.ts';
import { mirrorsOf } from '../mirror/keep-mirrors.ts';
import { syncFolder } from '../mirror/sync-folder.ts';
import { takeLock } from '../process-lock.ts';
import { readRunnerConfig } from '../read-config.ts';
import { parseFlags, UsageError } from './options.ts';

const Flags = z.object({ config: z.string().min(1), table: z.string().optional() });

/** `kintsugi mirror`: one round of every mirror of runner.yml, for hosts without a runner. Exit 1 when something needs a look. */
export async function mirrorCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const config = readRunnerConfig(flags.config);
  const mirrors = mirrorsOf(config, hostStores(await hostTable(flags, process.env)), () => undefined);
  if (mirrors.length === 0) throw new UsageError(`${flags.config}: no component has a mirror`);
  mkdirSync(config.journal, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(config.journal, 'runner.lock'), `mirror ${config.name}`);
  if ('heldBy' in lock) {
    throw new UsageError(
      `process ${lock.heldBy.pid} holds the journal ${config.journal}, so nothing was mirrored. If it is a runner that was started with this mirror and its table, it mirrors by itself; else stop it first`,
    );
  }
  try {
    let isWell = true;
    for (const { mirror } of mirrors) {
      const { files, changed, conflicts, problems } = await syncFolder(mirror);
      console.log(`${mirror.folder}: ${files} files, ${changed} changed, ${conflicts} changed on both sides`);
      for (const { file, problem } of problems) console.error(`  ${file}: ${problem}`);
      isWell &&= problems.length === 0;
    }
    return isWell ? 0 : 1;
  } finally {
    lock.release();
  }
}
