import type { Mention } from '../policy/policy.ts';
import type { Level } from '../signal/signal.ts';
import { membersOf, type RolePorts } from './may-do.ts';

/** So many people but `by` may approve. Undefined where nobody knows: every full member may, or Slack did not say who is in a group. */
export async function countApprovers(
  ports: RolePorts,
  { who, by, level }: { who: readonly Mention[]; by: string; level: Level },
): Promise<number | undefined> {
  if (who.length === 0) return undefined;
  const named = await Promise.all(who.map((name) => membersOf(ports, name, level)));
  if (named.includes(undefined)) return undefined;
  return new Set(named.flatMap((people = []) => people).filter((one) => one !== by)).size;
}
