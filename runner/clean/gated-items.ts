import type { GateState } from '../../lib/gate/gate.ts';
import { gateAnswer } from '../../lib/gate/may-go-on.ts';
import { ComponentName } from '../../lib/signal/signal.ts';
import type { QueueFile } from './queue-files.ts';

/**
 * What is in progress or failed goes back, but never an item whose gate is shut; where a gate lets one through to see whether it
 * works again, one goes. Without a table there are no gates; gates that do not answer let nothing through.
 */
export function holdShut(
  files: readonly QueueFile[],
  {
    gates,
    component,
    now,
  }: { gates: Pick<GateState, 'holders' | 'registry'> | undefined | 'unknown'; component: string; now: Date },
): QueueFile[] {
  const canaries = new Set<string>();
  return files.map((file) => {
    if (!isToMove(file) || gates === undefined) return file;
    if (gates === 'unknown') return { ...file, stays: 'the gates cannot be read' };
    const own = ComponentName.safeParse(file.component);
    const question = { component: own.success ? own.data : component, workItemId: file.id };
    const answer = gateAnswer(gates, question, now);
    if (answer.kind !== 'go') return { ...file, stays: `its gate is shut: ${answer.holders[0]?.reason}` };
    const key = answer.canaryOf.map(({ scope, id }) => `${scope} ${id}`).join(' ');
    if (key === '') return file;
    if (canaries.has(key))
      return { ...file, stays: `its gate lets one at a time through: ${answer.canaryOf[0]?.reason}` };
    canaries.add(key);
    return file;
  });
}

const isStuck = ({ folder }: QueueFile) => folder === 'in-progress' || folder === 'failed';

/** In progress or failed, and nothing speaks against it. */
export const isToMove = (file: QueueFile) => isStuck(file) && file.stays === undefined;

/** In progress or failed, and it has to stay so. */
export const isHeldBack = (file: QueueFile) => isStuck(file) && file.stays !== undefined;
