import { gateAnswer } from '../../../gate/may-go-on.ts';
import { dependencies } from '../../../gate/publish-registry.ts';
import { complexityOf } from '../../../work/complexity.ts';
import { listWork } from '../../../work/list-work.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { unregistered } from '../cards/gates-message.ts';
import { queueMessage } from '../cards/queue-message.ts';
import { closest } from '../did-you-mean.ts';
import type { QueueQuery } from '../tool-action-ids.ts';
import type { SlackPorts } from './slack-ports.ts';

/** Each waiting item has its buttons; more would be a wall. */
const pageSize = 8;
const mostWorking = 8;
const mostFailed = 4;

/** One page of the queue as it stands now, with what the gates say of each item. */
export async function showQueue(
  ports: Pick<SlackPorts, 'work' | 'gates' | 'policy' | 'now'>,
  query: QueueQuery,
  news?: string,
): Promise<PrivateAnswer> {
  const { component, after } = query;
  const narrowed = component ? { component } : {};
  const isFirst = after === undefined;
  const [gates, waiting, working, failed] = await Promise.all([
    ports.gates.held(),
    listWork(ports, { ...narrowed, limit: pageSize, ...(after && { after }) }),
    isFirst ? listWork(ports, { ...narrowed, state: 'in-progress', limit: mostWorking }) : { items: [] },
    isFirst ? listWork(ports, { ...narrowed, state: 'failed', limit: mostFailed }) : { items: [] },
  ]);
  const at = ports.now();
  const registry = { schema: 1 as const, dependsOn: dependencies(ports.policy), publishedAt: at.toISOString() };
  const pending = waiting.items.map((item) => {
    const complexity = complexityOf(item).score;
    const question = { component: item.component, complexity, workItemId: item.id };
    return { item, complexity, gate: gateAnswer({ holders: gates.holders, registry }, question, at) };
  });
  const names = Object.keys(ports.policy.components);
  const isEmpty = pending.length + working.items.length + failed.items.length === 0;
  const isStrange = component !== undefined && isEmpty && !names.includes(component);
  const shown = [...waiting.items, ...working.items, ...failed.items];
  const holders = pending.flatMap(({ gate }) => ('holders' in gate ? gate.holders : []));
  const message = queueMessage(
    {
      pending,
      working: working.items,
      failed: failed.items,
      ...(waiting.next && { next: waiting.next }),
      ...(news && { news }),
      ...(isStrange && { warning: unregistered(component, closest(component, names)) }),
    },
    query,
  );
  // Their titles and reasons are words of failures, also where no id is said.
  return { ...message, about: [...shown, ...holders].flatMap(({ failureId }) => failureId ?? []) };
}
