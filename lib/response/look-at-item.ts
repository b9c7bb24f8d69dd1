import { remindOfDebt, settleClosedDebt } from '../recovery/debt.ts';
import { removeWorkaround } from '../recovery/remove-workaround.ts';
import type { WorkaroundPorts } from '../recovery/workaround.ts';
import { lookAtWork } from '../work/look-at-work.ts';
import type { WorkItemId } from '../work/work-item.ts';
import { isOver } from '../work/work-moves.ts';
import type { WorkPorts } from '../work/work-ports.ts';

/** What is due of a work item: its lease, its reminder, and what its end means for the workaround that it is about. */
export async function lookAtItem(
  ports: WorkaroundPorts & WorkPorts,
  { workItemId }: { workItemId: WorkItemId },
): Promise<void> {
  const stored = await ports.work.get(workItemId);
  if (!stored) return;
  const { item, dues } = stored;
  if (item.kind === 'technical-debt' && isOver(item) && dues.remind !== undefined) {
    return settleClosedDebt(ports, item, async (by) => {
      // Whoever closed the item decided it: who may take a claim may end it.
      const because = `The workaround is removed: ${item.id} was closed by ${by}`;
      if (item.failureId) await removeWorkaround(ports, { failureId: item.failureId, by: 'system:protocol', because });
    });
  }
  await lookAtWork({ ...ports, remindOfWork: (due, when) => remindOfDebt(ports, due, when) }, { workItemId });
}
