import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import type { GateHolder } from '../../../lib/gate/gate.ts';
import { addWork, type WorkDraft } from '../../../lib/work/add-work.ts';
import { type WorkItem, WorkItemId } from '../../../lib/work/work-item.ts';
import type { WorkPorts } from '../../../lib/work/work-ports.ts';

/** A queue in memory with a clock that stands still until it is moved. */
export function workWorld() {
  const stores = memoryStores();
  const clock = { at: Date.parse('2026-11-03T12:00:00.000Z') };
  let next = 0;
  const ports: WorkPorts = {
    work: stores.work,
    gates: stores.gates,
    ids: {
      workItemId: () => WorkItemId.parse(`W-${String(next++).padStart(8, '0')}`),
      actionId: () => `action-${String(next++).padStart(6, '0')}`,
    },
    now: () => new Date(clock.at),
  };
  return {
    ports,
    stores,
    clock,
    pass: (minutes: number) => {
      clock.at += minutes * 60_000;
    },
    async add(draft: Partial<Omit<WorkDraft, 'id'>> & { id: string }): Promise<WorkItem> {
      const { item } = await addWork(ports, {
        kind: 'task',
        title: `do ${draft.id}`,
        component: 'shop',
        priority: 300,
        by: 'U1',
        ...draft,
        id: WorkItemId.parse(draft.id),
      });
      return item;
    },
    async item(id: string): Promise<WorkItem> {
      const stored = await stores.work.get(WorkItemId.parse(id));
      if (!stored) throw new Error(`there is no ${id}`);
      return stored.item;
    },
    async shut(scope: string, given: Partial<GateHolder> & Pick<GateHolder, 'mode'>): Promise<void> {
      const isWritten = await stores.gates.put(
        {
          schema: 1,
          scope,
          id: 'hand#U1',
          reason: 'the shop is closed',
          opens: 'by hand',
          by: 'U1',
          at: new Date(clock.at).toISOString(),
          rev: 'r-1',
          ...given,
        } as GateHolder,
        { expected: undefined },
      );
      if (!isWritten) throw new Error(`the gate of ${scope} is shut already`);
    },
  };
}

export const later = (world: ReturnType<typeof workWorld>, minutes: number) =>
  new Date(world.clock.at + minutes * 60_000).toISOString();
