import type { Failure } from '../failure/failure.ts';
import type { Actor, FailureId } from '../failure/ids.ts';
import { workedAround } from '../failure/moves/workaround.ts';
import { Workaround } from '../failure/workaround.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { hash128 } from '../signal/hash.ts';
import { clipMiddle } from '../signal/signal.ts';
import { checkRequest } from './check-request.ts';
import { debtItemId, keepDebt } from './debt.ts';
import { neverHeld } from './never-held.ts';
import { removeWorkaround } from './remove-workaround.ts';
import { requestRecovery } from './request-recovery.ts';
import type { RecoveryRun } from './run.ts';
import { isHeldBy } from './run-states.ts';
import {
  checkEnd,
  hintWorkaround,
  mayNot,
  mayNotPutOff,
  saveWorkaround,
  type WorkaroundPorts,
  type WorkaroundRefusal,
} from './workaround.ts';

export type WorkaroundOutcome =
  /** `run` applies its action; without one the text is only recorded. `isRepeated`: it stood before, in these words. */
  | { kind: 'recorded'; failure: Failure; workaround: Workaround; run?: RecoveryRun; isRepeated: boolean }
  | WorkaroundRefusal;

export interface WorkaroundWish {
  failureId: FailureId;
  episode?: number | undefined;
  text: string;
  original?: string | undefined;
  /** The name of an action of the host's runner.yml. */
  action?: string | undefined;
  owner?: Actor | undefined;
  removeBy?: string | undefined;
  by: Actor;
}

/** Taken away and recorded again in other words it is the same debt; with an end that is further off than this it was put off. */
const correctionMs = 24 * 3_600_000;

/**
 * Records a temporary way around it, with its debt item, and has its action applied if it names one. Recorded first: if the
 * process dies, what is missing is made good by the failure's effects (keepWorkaround).
 */
export async function applyWorkaround(ports: WorkaroundPorts, wish: WorkaroundWish): Promise<WorkaroundOutcome> {
  const { failureId, by, action } = wish;
  const recorded = await retryOnConflict(() => record(ports, wish));
  if (recorded.kind === 'refused') return recorded;
  await keepDebt(ports, recorded.failure);
  await hintWorkaround(ports, failureId);
  if (action === undefined) return recorded;
  const before = recorded.isRepeated ? await appliedBy(ports, recorded.failure) : undefined;
  if (before) return { ...recorded, run: before };
  const request = await requestRecovery(ports, { failureId, by, strategy: 'workaround', order: { action } });
  if (request.kind === 'requested') return { ...recorded, run: request.run };
  const run = await appliedBy(ports, recorded.failure);
  if (run) return { ...recorded, run };
  await removeWorkaround(ports, { failureId, by, because: 'The workaround could not be started' });
  return request;
}

async function record(ports: WorkaroundPorts, wish: WorkaroundWish): Promise<WorkaroundOutcome> {
  const { failureId, by, action } = wish;
  const stored = await ports.failures.get(failureId);
  if (!stored) return { kind: 'refused', because: 'failure-not-found', failureId };
  const { failure } = stored;
  const refusal = await mayNot(ports, failure, wish);
  if (refusal) return refusal;
  const text = clipMiddle(wish.text.trim(), 1000);
  const { workaround: standing } = failure;
  if (standing) {
    const isSame = standing.text === text && standing.action === action;
    if (isSame) return { kind: 'recorded', failure, workaround: standing, isRepeated: true };
    return { kind: 'refused', because: 'already-standing', failure };
  }
  const at = ports.now();
  if (action !== undefined) {
    const wanted = { by, strategy: 'workaround' as const, order: { action }, dryRun: false, episode: wish.episode };
    const checked = checkRequest(failure, ports.policy, wanted, await ports.runs.list(failureId));
    if (checked.kind === 'refused') return checked;
  }
  const until = checkEnd(failure, { removeBy: wish.removeBy, earliest: at, now: at });
  if (until.kind === 'refused') return until;
  const { earlierWorkaround: earlier } = failure;
  const isPutOff = earlier !== undefined && until.end.getTime() > Date.parse(earlier.removeBy) + correctionMs;
  const unapproved = isPutOff && (await mayNotPutOff(ports, failure, earlier, by));
  if (unapproved) return unapproved;
  const owner = wish.owner ?? ports.policy.components[failure.component]?.owner ?? ports.policy.owner ?? by;
  const name = hash128(`${failureId}/${failure.version}/${text}`);
  const workaround = Workaround.parse({
    text,
    ...(wish.original && { original: clipMiddle(wish.original.trim(), 1000) }),
    ...(action !== undefined && { action }),
    by,
    at: at.toISOString(),
    owner,
    removeBy: until.end.toISOString(),
    renewals: (earlier?.renewals ?? 0) + (isPutOff ? 1 : 0),
    workItemId: debtItemId(name),
  });
  const next = workedAround(failure, workaround, { by, at, actionId: ports.ids.actionId() });
  await saveWorkaround(ports, failure, next, at);
  return { kind: 'recorded', failure: next, workaround, isRepeated: false };
}

/** The run that applies the standing workaround's action. One that waits for a hold which nobody takes is none. */
export async function appliedBy(
  { runs, failures }: Pick<WorkaroundPorts, 'runs' | 'failures'>,
  { id }: Pick<Failure, 'id'>,
): Promise<RecoveryRun | undefined> {
  const failure = (await failures.get(id))?.failure;
  const workaround = failure?.workaround;
  if (workaround?.action === undefined) return undefined;
  const tried = (await runs.list(id)).filter(
    (run) =>
      run.strategy === 'workaround' &&
      !run.dryRun &&
      run.order.action === workaround.action &&
      run.requestedAt >= workaround.at &&
      !neverHeld(run) &&
      (run.state !== 'requested' || isHeldBy(failure, run)),
  );
  return tried.sort((one, other) => one.requestedAt.localeCompare(other.requestedAt)).at(-1);
}
