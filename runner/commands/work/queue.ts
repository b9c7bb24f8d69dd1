import { z } from 'zod';
import { gateAnswer } from '../../../lib/gate/may-go-on.ts';
import { complexityOf } from '../../../lib/work/complexity.ts';
import { listWork } from '../../../lib/work/list-work.ts';
import type { WorkItem } from '../../../lib/work/work-item.ts';
import { Component, parseFlags, UsageError } from '../options.ts';
import { moveItem, Place } from './move.ts';
import { WorkFlags, workId, workStores } from './work-options.ts';

const Flags = WorkFlags.extend({
  component: Component.optional(),
  state: z.enum(['pending', 'in-progress', 'failed', 'done', 'split', 'cancelled']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  json: z.boolean().default(false),
  move: z.string().optional(),
  to: Place.optional(),
});

/** `kintsugi queue`: what is worked on, what waits, and what failed, in the order that it is handed out; with --move, another order. */
export async function queueCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const { move, to } = flags;
  if ((move === undefined) !== (to === undefined)) {
    throw new UsageError('--move and --to go together, such as --move W-7K3Q9D2X --to top');
  }
  const ports = await workStores(flags);
  if (move !== undefined && to !== undefined) {
    return moveItem(ports, { id: workId(move), to, component: flags.component });
  }
  const states = flags.state === undefined ? (['in-progress', 'pending', 'failed'] as const) : [flags.state];
  const component = flags.component === undefined ? {} : { component: flags.component };
  const pages = await Promise.all(states.map((state) => listWork(ports, { state, limit: flags.limit, ...component })));
  const items = pages.flatMap((page) => page.items);
  if (flags.json) {
    console.log(JSON.stringify({ items, isMore: pages.some(({ next }) => next !== undefined) }));
    return 0;
  }
  const gates = await ports.gates.read();
  const gateOf = (item: WorkItem) => {
    const { score: complexity } = complexityOf(item);
    return gateAnswer(gates, { component: item.component, complexity, workItemId: item.id }, ports.now()).kind;
  };
  for (const item of items) console.log(queueLine(item, item.state === 'pending' ? gateOf(item) : undefined));
  if (items.length === 0) console.log('Nothing is in the queue');
  if (pages.some(({ next }) => next !== undefined)) console.log(`… and more; --limit ${flags.limit * 2} shows them`);
  return 0;
}

const gateWords = { go: '', hold: ' (held)', stop: ' (stopped)', split: ' (too complex: decompose it)' };

function queueLine(item: WorkItem, gate: keyof typeof gateWords | undefined): string {
  const state =
    item.state === 'in-progress' ? `in progress, ${item.lease.holder} until ${item.lease.until}` : item.state;
  const head = `${String(item.priority).padStart(6)}  ${item.id.padEnd(12)}  ${item.component}`;
  return `${head}  ${state}${gate === undefined ? '' : gateWords[gate]}  ${item.title}`;
}
