import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../lib/ports.ts';
import type { WorkPorts } from '../../lib/work/work-ports.ts';
import type { RunnerConfig } from '../config.ts';
import { type Mirror, type SyncOutcome, syncFolder } from './sync-folder.ts';

/** Every mirror that runner.yml names, with where it remembers what both sides said. */
export function mirrorsOf(config: RunnerConfig, ports: WorkPorts, log: Log): { mirror: Mirror; everyMs: number }[] {
  return Object.entries(config.components).flatMap(([component, { mirror }]) => {
    if (!mirror) return [];
    const { folder, everySeconds } = mirror;
    const recordsFile = join(config.journal, `mirror-${encodeURIComponent(component)}.json`);
    const queue = { ports, component, holder: `files:${config.name}` };
    return [{ mirror: { folder, recordsFile, queue, log }, everyMs: everySeconds * 1000 }];
  });
}

/** Keeps each folder and the queue equal until it is told to stop. What cannot be done now is said once, and tried again. */
export async function keepMirrors(
  config: RunnerConfig,
  ports: WorkPorts,
  { log, stop }: { log: Log; stop: AbortSignal },
): Promise<void> {
  await Promise.all(mirrorsOf(config, ports, log).map((one) => keep(one, { log, stop })));
}

async function keep(
  { mirror, everyMs }: { mirror: Mirror; everyMs: number },
  { log, stop }: { log: Log; stop: AbortSignal },
): Promise<void> {
  const { folder } = mirror;
  let said = '';
  for (let round = 0; !stop.aborted; round++) {
    const now = await syncFolder(mirror, round).then(wordsOf, (error: unknown) => String(error));
    if (now !== said && now !== '') log('mirror needs a look', { folder, problems: now });
    said = now;
    await pause(everyMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

function wordsOf({ problems }: SyncOutcome): string {
  return problems
    .map(({ file, problem }) => `${file}: ${problem}`)
    .join('; ')
    .slice(0, 1000);
}
