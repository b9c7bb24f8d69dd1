import { retryOnConflict } from '../retry-on-conflict.ts';
import { approvalsNow, standingApprovals } from './approvals.ts';
import { whyNot } from './check-run.ts';
import { decideReady } from './decide-ready.ts';
import { mightDo } from './may-do.ts';
import { awaiting, type Ready, readyAgain, released, releasedAsApproved, shown, withoutVoid } from './plan-moves.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import { goAgainMs, type RecoveryRun } from './run.ts';
import { called, type RunMove, touched } from './run-moves.ts';
import type { Awaiting } from './run-states.ts';
import { sendCancel, sendGo } from './send-command.ts';

/** The runner is ready: check again; then people decide, or the run moves to `running` by a conditional write and go is said. */
export function releaseRun(ports: RecoveryPorts, ready: Ready): Promise<void> {
  const { runs, failures, policy, ids, now, log } = ports;
  const { failureId, runId } = ready;
  return retryOnConflict(async () => {
    const stored = await runs.get(failureId, runId);
    if (!stored) return;
    const { run } = stored;
    const failure = (await failures.get(failureId))?.failure;
    const at = now();
    const decision = decideReady(run, failure, policy, { ready, now: at });
    log('ready', { failureId, runId, decision: decision.kind, paths: ready.plan.total });
    const move: RunMove = { by: `runner:${run.runner}`, at, actionId: ids.actionId() };
    const save = (next: RecoveryRun, due: Date) =>
      runs.save(next, { expectedVersion: run.version, dues: { run: due.getTime() } });
    const isOpen = run.state === 'requested' || run.state === 'awaiting-approval' || run.state === 'running';
    switch (decision.kind) {
      case 'go': {
        if (!isOpen) return;
        const next = released(run, move, ready);
        await keepEffects(ports, run);
        await save(next, new Date(at.getTime() + goAgainMs));
        await sendGo(ports, next);
        return tell(ports, run);
      }
      case 'go-again':
        if (run.state === 'running') await sendGo(ports, run);
        return;
      case 'await': {
        if (!isOpen) return;
        const { approvalsNeeded } = decision;
        const expiresAt = new Date(at.getTime() + policy.recovery.approvalMinutes * 60_000);
        await save(awaiting(run, move, { ready, expiresAt, approvalsNeeded }), expiresAt);
        return tell(ports, run);
      }
      case 'same-plan':
        // Due at once: everything that was said before the new nonce stands.
        if (run.state === 'awaiting-approval') await save(readyAgain(run, move, ready), at);
        return;
      case 'show':
        if (run.state === 'requested') await save(shown(run, move, ready), at);
        return tell(ports, run);
      case 'call-off':
        if (isOpen) await save(called(run, { ...move, by: 'system:recovery' }, decision), at);
        return;
      case 'too-late':
        if (run.state === 'cancelled' || run.state === 'expired' || run.state === 'declined') {
          await sendCancel(ports, run, run.reason);
        }
        return;
      default:
        return decision satisfies never;
    }
  });
}

/** How long a run waits when nobody can say whether its approvers still are: until Slack was asked again. */
const askAgainMs = 60_000;

/**
 * Enough people said yes. Everything is asked again: whether the run may begin, how many it takes now, and of each who said yes
 * whether they may (as of their click or later). Only then, by a conditional write, it is released; a decline or another plan
 * that came first wins. `look-again`: something else is next about it.
 */
export async function releaseApproved(ports: RecoveryPorts, run: Awaiting): Promise<'look-again' | 'wait'> {
  const { runs, roles, failures, policy, ids, now, log } = ports;
  const at = now();
  const who = policy.recovery.mayApprove;
  const move: RunMove = { by: 'system:recovery', at, actionId: ids.actionId() };
  const given = standingApprovals(run, run.plan.hash);
  const answers = await Promise.all(given.map(({ by, at: clickedAt }) => mightDo(roles, { who, by, at: clickedAt })));
  const standing = given.filter((_approval, index) => answers[index] !== 'no');
  const save = (next: RecoveryRun, due: number) =>
    runs.save(next, { expectedVersion: run.version, dues: { run: due } });
  if (standing.length < run.approvals.length) {
    await save(withoutVoid(run, move, standing), at.getTime());
    log('approval void', { failureId: run.failureId, runId: run.id, left: standing.length });
    await tell(ports, run);
    return 'look-again';
  }
  // Read after the roles, right before the write.
  const failure = (await failures.get(run.failureId))?.failure;
  const isEnough = failure !== undefined && standing.length >= approvalsNow(policy, failure, run);
  if (!isEnough || whyNot(run, failure, policy) !== undefined) return 'look-again';
  if (answers.includes('unknown')) {
    log('not released: roles unknown', { failureId: run.failureId, runId: run.id });
    await save(touched(run, move), Math.min(at.getTime() + askAgainMs, Date.parse(run.expiresAt)));
    return 'wait';
  }
  const next = releasedAsApproved(run, move);
  await keepEffects(ports, run);
  await save(next, at.getTime() + goAgainMs);
  log('released', { failureId: run.failureId, runId: run.id, approvals: standing.length });
  await sendGo(ports, next);
  await tell(ports, run);
  return 'wait';
}

/** Before an undo begins: if the process dies right after, the gates of what it undoes are shut all the same. */
async function keepEffects(
  { failures, now }: Pick<RecoveryPorts, 'failures' | 'now'>,
  { failureId, order }: Pick<RecoveryRun, 'failureId' | 'order'>,
): Promise<void> {
  if (order.undoes !== undefined) await failures.addDue(failureId, 'effects', now().getTime());
}

/** The run's message in the thread must say it; with an undo that begins, what it undoes is not mended any more. */
async function tell(
  { failures, hints, now }: Pick<RecoveryPorts, 'failures' | 'hints' | 'now'>,
  { failureId, order }: Pick<RecoveryRun, 'failureId' | 'order'>,
): Promise<void> {
  const at = now().getTime();
  await failures.addDue(failureId, 'show', at);
  await hints.notify({ failureId });
  if (order.undoes === undefined) return;
  await failures.addDue(failureId, 'effects', at);
  await hints.effects({ failureId });
}
