import type { FailureStore, Hints, Ids, Log, Now } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import type { Failure, MergedFailure } from './failure.ts';
import type { FailureId } from './ids.ts';
import { absorb, breakOff, release } from './moves/merging.ts';
import type { Move } from './moves/move.ts';

export interface KeepMergedPorts {
  failures: Pick<FailureStore, 'get' | 'saveState'>;
  hints: Pick<Hints, 'notify' | 'learn' | 'effects'>;
  ids: Pick<Ids, 'actionId'>;
  now: Now;
  log: Log;
}

/** Somebody merges and splits by hand: it comes to rest long before. */
const mostRounds = 10;

/**
 * Makes the older failure say of this one what this one says of itself. Safe to repeat, and after every line: a merge and a
 * split at once both write before they read, so whoever reads last sees both and puts it right.
 */
export async function keepMerged(ports: KeepMergedPorts, failureId: FailureId): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const failure = (await ports.failures.get(failureId))?.failure;
    if (!failure) return;
    const isTakenIn = failure.status === 'merged' && (await takeIn(ports, failure));
    const isLetGo = await letGo(ports, failure);
    if (!isTakenIn && !isLetGo) return;
  }
  throw new Error(`${failureId} was merged and split ${mostRounds} times while its other half was being told`);
}

async function takeIn(ports: KeepMergedPorts, younger: MergedFailure): Promise<boolean> {
  const { mergedBy: by, mergedInto: from } = younger;
  // Forgotten at the moment of the merge: nothing must point at what is not there.
  if (!(await ports.failures.get(from))) {
    return tell(ports, younger.id, 'system:protocol', (failure, move) => breakOff(failure, { ...move, from }));
  }
  return tell(ports, from, by, (older, move) => absorb(older, { ...move, younger }));
}

/** Whom it is kept apart from lists it no longer, also when it was merged into another before that was told. */
async function letGo(ports: KeepMergedPorts, younger: Failure): Promise<boolean> {
  const by = younger.latestEntry.kind === 'split' ? younger.latestEntry.by : 'system:protocol';
  let hasChanged = false;
  for (const other of younger.apartFrom ?? []) {
    if (await tell(ports, other, by, (older, move) => release(older, { ...move, younger }))) hasChanged = true;
  }
  return hasChanged;
}

/** True when something was written. */
async function tell(
  { failures, hints, ids, now, log }: KeepMergedPorts,
  failureId: FailureId,
  by: Move['by'],
  decide: (older: Failure, move: Move) => ReturnType<typeof absorb>,
): Promise<boolean> {
  const actionId = ids.actionId();
  const moved = await retryOnConflict(async () => {
    const stored = await failures.get(failureId);
    if (!stored) return undefined;
    const at = now();
    const next = decide(stored.failure, { by, at, actionId });
    if (next.kind === 'unchanged') return undefined;
    const due = at.getTime();
    const dues = { show: due, effects: due, learn: due };
    await failures.saveState(next.failure, { expectedVersion: stored.failure.version, dues });
    return next.failure;
  });
  if (!moved) return false;
  log('failure moved', { failureId, status: moved.status, by, absorbed: moved.absorbed?.length ?? 0 });
  await Promise.all([hints.notify({ failureId }), hints.effects({ failureId }), hints.learn({ failureId })]);
  return true;
}
