import { z } from 'zod';
import { FailureId, RunId } from '../failure/ids.ts';
import { startRecovery } from '../failure/moves/by-recovery.ts';
import type { StoredRun } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { concludeRun } from './conclude-run.ts';
import { type NextStep, nextStep } from './next-step.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import { releaseApproved } from './release-run.ts';
import { offerAgainMs, type RecoveryRun } from './run.ts';
import { asking, called, lost, offered, touched } from './run-moves.ts';
import { isEnded, isPending } from './run-states.ts';
import { sendCancel, sendGo, sendOffer } from './send-command.ts';

/** "Look at this run": sent when it was requested, by the sweep when it is due, and after every end. */
export const RunHint = z.object({ failureId: FailureId, runId: RunId });
export type RunHint = z.infer<typeof RunHint>;

/**
 * Does whatever is next about a run until nothing is: offer, go again, expire, declare lost, conclude. Safe at any time and
 * any number of times; every step starts from what is stored.
 */
export async function followRun(ports: RecoveryPorts, { failureId, runId }: RunHint): Promise<void> {
  // Each round either ends here or moves the run on; five are more than any run has moves of its own.
  for (let round = 0; round < 5; round++) {
    const goesOn = await retryOnConflict(() => takeStep(ports, { failureId, runId }));
    if (!goesOn) return;
  }
}

async function takeStep(ports: RecoveryPorts, { failureId, runId }: RunHint): Promise<boolean> {
  const stored = await ports.runs.get(failureId, runId);
  if (!stored) {
    ports.log('hint about no run', { failureId, runId });
    return false;
  }
  const failure = (await ports.failures.get(failureId))?.failure;
  const step = nextStep(stored.run, failure, ports.policy, ports.now());
  return carryOut(ports, stored, step);
}

async function carryOut(ports: RecoveryPorts, stored: StoredRun, step: NextStep): Promise<boolean> {
  const { run } = stored;
  const save = (next: RecoveryRun, due?: number) =>
    ports.runs.save(next, { expectedVersion: run.version, dues: due === undefined ? {} : { run: due } });
  switch (step.kind) {
    case 'wait':
      // A due that stands in the past would be swept again and again.
      if ((stored.dues.run ?? 0) <= ports.now().getTime()) await save(touched(run, move(ports)), step.until.getTime());
      return false;
    case 'offer':
      if (run.state !== 'requested') return false;
      await sendOffer(ports, run);
      await save(offered(run, move(ports)), ports.now().getTime() + offerAgainMs);
      return false;
    case 'ask':
      await save(asking(run, move(ports), step.approvalsNeeded), ports.now().getTime());
      await show(ports, run);
      return true;
    case 'release':
      return run.state === 'awaiting-approval' && (await releaseApproved(ports, run)) === 'look-again';
    case 'go':
      if (run.state !== 'running') return false;
      await sendGo(ports, run);
      await save(touched(run, move(ports)), step.againAt.getTime());
      return false;
    case 'hold':
      await holdAgain(ports, run);
      return true;
    case 'end':
      await end(ports, run, step, save);
      return true;
    case 'conclude':
      await concludeRun(ports, run);
      return true;
    case 'done':
      if (stored.dues.run === undefined) return false;
      // Told at its end, so that whoever ended it need not be able to speak to runners.
      if (isForgettable(run)) await sendCancel(ports, run, run.reason);
      await save(touched(run, move(ports)));
      return false;
    default:
      return step satisfies never;
  }
}

async function end(
  ports: RecoveryPorts,
  run: RecoveryRun,
  { state, reason }: Extract<NextStep, { kind: 'end' }>,
  save: (next: RecoveryRun, due: number) => Promise<void>,
): Promise<void> {
  const due = ports.now().getTime();
  if (state === 'lost' && run.state === 'running') await save(lost(run, move(ports), reason), due);
  if (state !== 'lost' && isPending(run)) await save(called(run, move(ports), { state, reason }), due);
  await show(ports, run);
  ports.log('run ended', { failureId: run.failureId, runId: run.id, state, reason });
}

async function holdAgain(ports: RecoveryPorts, run: RecoveryRun): Promise<void> {
  const stored = await ports.failures.get(run.failureId);
  if (!stored) return;
  const transition = startRecovery(stored.failure, {
    ...move(ports),
    by: `runner:${run.runner}`,
    episode: run.episode,
    runId: run.id,
    strategy: run.strategy,
    undoes: run.order.undoes,
  });
  if (transition.kind === 'unchanged') return;
  const at = ports.now().getTime();
  const dues = { show: at, effects: at };
  await ports.failures.saveState(transition.failure, { expectedVersion: stored.failure.version, dues });
  ports.log('run goes on', { failureId: run.failureId, runId: run.id });
}

/** Its runner may still wait for a word about a plan that will not be released. */
function isForgettable(run: RecoveryRun): run is Ended {
  if (!isEnded(run) || !run.offeredAt) return false;
  return run.dryRun || run.state === 'cancelled' || run.state === 'declined' || run.state === 'expired';
}
type Ended = Extract<RecoveryRun, { reason: string }>;

/** Its message in the thread must say what became of it; a run that had the failure's hold is shown when it is concluded. */
async function show({ failures, hints, now }: RecoveryPorts, { failureId }: RecoveryRun): Promise<void> {
  await failures.addDue(failureId, 'show', now().getTime());
  await hints.notify({ failureId });
}

const move = ({ ids, now }: Pick<RecoveryPorts, 'ids' | 'now'>) => ({
  by: 'system:recovery',
  at: now(),
  actionId: ids.actionId(),
});
