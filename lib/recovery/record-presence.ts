import type { Log, Now } from '../ports.ts';
import type { RunnerPresence } from './command.ts';
import type { RunnerStore } from './runner-presence.ts';

/**
 * A runner says that it is there; its signature is proven (open-report.ts). It was heard when its message reached the queue,
 * not when that was read, so that one which waited there makes nobody look alive.
 */
export async function recordPresence(
  { runners, now, log }: { runners: RunnerStore; now: Now; log: Log },
  presence: RunnerPresence,
  sentAt: Date = now(),
): Promise<void> {
  const heardAt = sentAt < now() ? sentAt : now();
  await runners.heard(presence, heardAt);
  log('runner heard', { runner: presence.runner, release: presence.release, runId: presence.runId });
}
