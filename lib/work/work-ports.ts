import type { GateStore } from '../gate/gate.ts';
import type { Ids, Now } from '../ports.ts';
import type { WorkStore } from './work-store.ts';

/** What the verbs of the work queue touch. */
export interface WorkPorts {
  work: WorkStore;
  gates: GateStore;
  ids: Pick<Ids, 'actionId' | 'workItemId'>;
  now: Now;
}
