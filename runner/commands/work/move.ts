import { z } from 'zod';
import { moveAhead } from '../../../lib/work/move-ahead.ts';
import { parsePriority, priorityExpected } from '../../../lib/work/priority.ts';
import { type ReorderOutcome, reorderWork } from '../../../lib/work/reorder-work.ts';
import type { WorkItemId } from '../../../lib/work/work-item.ts';
import type { WorkPorts } from '../../../lib/work/work-ports.ts';
import { thisHost } from './work-options.ts';

/** `top`, a word, or a number: lower comes first. */
export const Place = z
  .string()
  .transform((text) => (text.trim() === 'top' ? 'top' : parsePriority(text)))
  .refine((place) => place !== undefined, `must be top, or ${priorityExpected.replace(/^must be /, '')}`);

/** `kintsugi queue --move W-… --to top|PRIORITY`. With a component, the top is the top of its items. */
export async function moveItem(
  ports: WorkPorts,
  { id, to, component }: { id: WorkItemId; to: 'top' | number; component?: string | undefined },
): Promise<number> {
  const outcome =
    to === 'top'
      ? await toTheTop(ports, { id, component })
      : await reorderWork(ports, { id, priority: to, by: thisHost() });
  switch (outcome.kind) {
    case 'moved':
    case 'unchanged':
      console.log(`${id} has priority ${outcome.item.priority}`);
      return 0;
    case 'first':
      console.log(`${id} is first already`);
      return 0;
    case 'over':
      console.error(
        `kintsugi: ${id} is ${outcome.item.state} and cannot be moved there. \`kintsugi queue\` shows what waits`,
      );
      return 1;
    case 'no-room':
      console.error(
        `kintsugi: nothing comes before priority 0. Give what stands first a higher number, then move ${id} again`,
      );
      return 1;
    case 'too-far':
      console.error(`kintsugi: more than a thousand items wait before ${id}. Move it to the top, or give it a number`);
      return 1;
    case 'changed-since':
      console.error(`kintsugi: somebody moved ${id} at the same moment. Look at \`kintsugi queue\` and move it again`);
      return 1;
    case 'unknown':
      console.error(`kintsugi: ${id}: there is no such work item. \`kintsugi queue\` shows what there is`);
      return 1;
    default:
      return outcome satisfies never;
  }
}

async function toTheTop(
  ports: WorkPorts,
  { id, component }: { id: WorkItemId; component?: string | undefined },
): Promise<ReorderOutcome | Awaited<ReturnType<typeof moveAhead>>> {
  const stored = await ports.work.get(id);
  if (!stored) return { kind: 'unknown' };
  const move = { id, was: stored.item.priority, to: 'top' as const, by: thisHost() };
  return moveAhead(ports, { ...move, ...(component !== undefined && { component }) });
}
