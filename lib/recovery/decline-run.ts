import type { Policy } from '../policy/policy.ts';
import type { RolePorts } from './may-do.ts';
import type { RecoveryRun } from './run.ts';
import { askOnce, callOff, type DecisionPorts, type RefusedDecision, type RunDecision } from './run-decision.ts';

export type DeclineAnswer =
  | { kind: 'declined'; run: RecoveryRun }
  | RefusedDecision<'not-waiting' | 'not-approver' | 'role-unknown'>;

/** An approver says no: nothing is touched, unless `go` came first. */
export async function declineRun(
  ports: DecisionPorts & RolePorts & { policy: Policy },
  decision: RunDecision,
): Promise<DeclineAnswer> {
  const who = ports.policy.recovery.mayApprove;
  const may = askOnce(ports, decision, who);
  const how = { state: 'declined' as const, reason: 'It was declined. Nothing was touched.' };
  const answer = await callOff(ports, decision, how, async (run): Promise<DeclineAnswer | undefined> => {
    if (run.state !== 'awaiting-approval') return { kind: 'refused', because: 'not-waiting', run };
    const allowed = await may();
    if (allowed === 'yes') return undefined;
    return { kind: 'refused', because: allowed === 'no' ? 'not-approver' : 'role-unknown', run, who };
  });
  return answer.kind === 'ended' ? { kind: 'declined', run: answer.run } : answer.refusal;
}
