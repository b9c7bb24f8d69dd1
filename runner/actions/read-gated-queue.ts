import { holdShut } from '../clean/gated-items.ts';
import { type QueueFile, readQueue } from '../clean/queue-files.ts';
import type { Site } from './action.ts';
import { readGates } from './read-gates.ts';

/** Every file of the queue, and which of them may not go back since a gate is shut. */
export async function readGatedQueue({ config, component }: Site, queue: string): Promise<QueueFile[]> {
  const [files, gates] = await Promise.all([readQueue(queue), readGates(config).catch(() => 'unknown' as const)]);
  return holdShut(files, { gates, component, now: new Date() });
}
