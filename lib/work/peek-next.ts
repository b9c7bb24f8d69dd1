import { gateAnswer } from '../gate/may-go-on.ts';
import { complexityOf } from './complexity.ts';
import type { WorkItem } from './work-item.ts';
import type { WorkPorts } from './work-ports.ts';

/** What one could work on instead: the first item of another component whose gate is open. Nothing is claimed. */
export async function peekNext(
  { work, gates, now }: Pick<WorkPorts, 'work' | 'gates' | 'now'>,
  { not }: { not?: string } = {},
): Promise<WorkItem | undefined> {
  const state = await gates.read();
  const isOpen = (component: string, complexity?: number) => {
    const answer = gateAnswer(state, { component, complexity }, now());
    return answer.kind === 'go' && answer.canaryOf.length === 0;
  };
  let after: string | undefined;
  do {
    const page = await work.list({ state: 'pending', limit: 100, ...(after === undefined ? {} : { after }) });
    for (const { id, component } of page.lines) {
      if (component === not || !isOpen(component)) continue;
      const item = (await work.get(id))?.item;
      if (item?.state === 'pending' && isOpen(component, complexityOf(item).score)) return item;
    }
    after = page.next;
  } while (after !== undefined);
  return undefined;
}
