import type { Policy } from '../policy/policy.ts';
import type { RolePorts } from './may-do.ts';
import type { RecoveryRun } from './run.ts';
import { askOnce, callOff, type DecisionPorts, type RefusedDecision, type RunDecision } from './run-decision.ts';
import { isPending } from './run-states.ts';

export type CancelAnswer =
  | { kind: 'cancelled'; run: RecoveryRun }
  | RefusedDecision<'not-waiting' | 'not-allowed' | 'role-unknown'>;

/** Whoever asked for it, or may ask for recoveries, takes it back: nothing is touched, unless `go` came first. */
export async function cancelRun(
  ports: DecisionPorts & RolePorts & { policy: Policy },
  decision: RunDecision,
): Promise<CancelAnswer> {
  const who = ports.policy.recovery.mayStart;
  const may = askOnce(ports, decision, who);
  const how = { state: 'cancelled' as const, reason: 'It was cancelled before it began. Nothing was touched.' };
  const answer = await callOff(ports, decision, how, async (run): Promise<CancelAnswer | undefined> => {
    if (!isPending(run)) return { kind: 'refused', because: 'not-waiting', run };
    if (run.requestedBy === decision.by) return undefined;
    const allowed = await may();
    if (allowed === 'yes') return undefined;
    return { kind: 'refused', because: allowed === 'no' ? 'not-allowed' : 'role-unknown', run, who };
  });
  return answer.kind === 'ended' ? { kind: 'cancelled', run: answer.run } : answer.refusal;
}
