import { type WorkItem, WorkItemId } from '../../../work/work-item.ts';
import type { SlackPorts } from './slack-ports.ts';

/** As many of each state are offered; a typed id finds every other. */
const mostOffered = 50;

/** The work that a report can be about: what is being done or is to be done, of the component where one is chosen already. */
export async function openItems({ work }: SlackPorts, component: string | undefined): Promise<WorkItem[]> {
  const pages = await Promise.all(
    (['in-progress', 'pending'] as const).map((state) =>
      work.list({ state, ...(component && { component }), limit: mostOffered }),
    ),
  );
  return await work.getAll(pages.flatMap(({ lines }) => lines.map(({ id }) => id)));
}

/** With its title, where the queue knows it. */
export async function namedItem({ work }: SlackPorts, id: string): Promise<{ id: string; title?: string }> {
  const known = WorkItemId.safeParse(id);
  const item = known.success ? (await work.get(known.data))?.item : undefined;
  return { id, ...(item && { title: item.title }) };
}
