import type { GatePorts } from '../gate/gate-ports.ts';
import type { Policy } from '../policy/policy.ts';
import type { Log } from '../ports.ts';
import type { ChecklistStore } from './checklist.ts';

export interface ChecklistPorts extends GatePorts {
  checklists: ChecklistStore;
  policy: Pick<Policy, 'components'>;
  log: Log;
}

/** A write that meets another one is tried again; whoever loses this often meets a broken table. */
export const mostLosses = 20;
