import type { WorkItem, WorkState } from './work-item.ts';
import type { WorkPorts } from './work-ports.ts';

/** A page of the queue, by priority, then age. An item that just moved on is left out: the index may lag behind a moment. */
export async function listWork(
  { work }: Pick<WorkPorts, 'work'>,
  {
    component,
    state = 'pending',
    limit,
    after,
  }: { component?: string; state?: WorkState; limit: number; after?: string },
): Promise<{ items: WorkItem[]; next?: string }> {
  const page = await work.list({
    state,
    limit,
    ...(component === undefined ? {} : { component }),
    ...(after === undefined ? {} : { after }),
  });
  const items = await work.getAll([...new Set(page.lines.map(({ id }) => id))]);
  return {
    items: items.filter((item) => item.state === state),
    ...(page.next === undefined ? {} : { next: page.next }),
  };
}
