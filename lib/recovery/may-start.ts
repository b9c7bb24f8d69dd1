import type { Mention, Policy } from '../policy/policy.ts';
import type { Level } from '../signal/signal.ts';
import { mayDo, type RolePorts } from './may-do.ts';

/** Policy names who may. `role-unknown`: Slack does not say who belongs to it. */
export interface Forbidden {
  because: 'not-allowed' | 'role-unknown';
  who: Mention[];
}

/** Recoveries, and whatever steers the work around them: gates, order, splitting, levels. Undefined: this person may. */
export async function mayNotStart(
  ports: RolePorts & { policy: Policy },
  { by, level }: { by: string; level: Level },
): Promise<Forbidden | undefined> {
  const who = ports.policy.recovery.mayStart;
  const answer = await mayDo(ports, { who, by, level });
  if (answer === 'yes') return undefined;
  return { because: answer === 'no' ? 'not-allowed' : 'role-unknown', who };
}
