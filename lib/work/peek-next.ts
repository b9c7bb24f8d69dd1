import { askEachOnce } from './choose-lines.ts';
import { complexityOf } from './complexity.ts';
import { pendingLines } from './pending-lines.ts';
import type { WorkItem } from './work-item.ts';
import type { WorkPorts } from './work-ports.ts';

/** What one could work on instead: the first item of another component whose gate is open. Nothing is claimed. */
export async function peekNext(
  { work, gates, now }: Pick<WorkPorts, 'work' | 'gates' | 'now'>,
  { not }: { not?: string } = {},
): Promise<WorkItem | undefined> {
  const ask = askEachOnce(await gates.read(), now());
  const isOpen = (component: string, complexity: number | undefined) => {
    const answer = ask({ component, complexity });
    return answer.kind === 'go' && answer.canaryOf.length === 0;
  };
  for await (const lines of pendingLines(work, undefined)) {
    for (const { id, component, complexity } of lines) {
      if (component === not || !isOpen(component, complexity)) continue;
      const item = (await work.get(id))?.item;
      if (item?.state === 'pending' && isOpen(component, complexityOf(item).score)) return item;
    }
  }
  return undefined;
}
