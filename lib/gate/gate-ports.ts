import type { Policy } from '../policy/policy.ts';
import type { Ids, Now } from '../ports.ts';
import type { GateStore } from './gate.ts';

/** What the verbs of the gates touch. */
export interface GatePorts {
  gates: GateStore;
  ids: Pick<Ids, 'actionId'>;
  now: Now;
}

export interface RegistryPorts {
  gates: GateStore;
  policy: Pick<Policy, 'components'> & Partial<Pick<Policy, 'retention'>>;
  now: Now;
}

/** A holder is written by few at a time; whoever loses this often meets a broken table. */
export const mostLosses = 50;
