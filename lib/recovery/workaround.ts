import { type Actor, type Failure, type FailureId, gravestLevel, Workaround } from '../failure/failure.ts';
import { workaroundRemoved, workaroundRenewed, workedAround } from '../failure/moves/workaround.ts';
import type { Mention } from '../policy/policy.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { hash128 } from '../signal/hash.ts';
import { clipMiddle } from '../signal/signal.ts';
import { checkRequest } from './check-request.ts';
import { closeDebt, type DebtPorts, debtItemId, keepDebt } from './debt.ts';
import { mayDo } from './may-do.ts';
import { mayNotStart } from './may-start.ts';
import { neverHeld } from './never-held.ts';
import { type RecoveryRefusal, type RequestPorts, requestRecovery } from './request-recovery.ts';
import type { RecoveryRun } from './run.ts';
import { isHeldBy } from './run-moves.ts';

export type WorkaroundPorts = RequestPorts & DebtPorts;

/** Unless it is said, a workaround is to be gone after two weeks; put off, it stays two weeks longer. */
const usualMs = 14 * 24 * 3_600_000;
/** So often it is put off without an approver. */
const freeRenewals = 2;

export type WorkaroundRefusal =
  | RecoveryRefusal
  /** Another one stands already: it is to be removed first. */
  | { kind: 'refused'; because: 'already-standing'; failure: Failure }
  | { kind: 'refused'; because: 'none-standing'; failure: Failure }
  /** The end must be in the future, and later than it was. */
  | { kind: 'refused'; because: 'too-early'; failure: Failure; earliest: string }
  /** Put off twice already: the third time is an approver's word. */
  | { kind: 'refused'; because: 'needs-approver'; failure: Failure; who: Mention[] };

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

/**
 * Records a temporary way around it, with its debt item, and has its action applied if it names one. Recorded first: if the
 * process dies, what is missing is made good by the failure's effects (keepWorkaround).
 */
export async function applyWorkaround(ports: WorkaroundPorts, wish: WorkaroundWish): Promise<WorkaroundOutcome> {
  const { failureId, by, action } = wish;
  const recorded = await retryOnConflict(() => record(ports, wish));
  if (recorded.kind === 'refused') return recorded;
  await keepDebt(ports, recorded.failure);
  await hint(ports, failureId);
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
  const removeBy = new Date(wish.removeBy ?? at.getTime() + usualMs);
  if (!(removeBy > at)) return { kind: 'refused', because: 'too-early', failure, earliest: at.toISOString() };
  const owner = wish.owner ?? ports.policy.components[failure.component]?.owner ?? ports.policy.owner ?? by;
  const name = hash128(`${failureId}/${failure.version}/${text}`);
  const workaround = Workaround.parse({
    text,
    ...(wish.original && { original: clipMiddle(wish.original.trim(), 1000) }),
    ...(action !== undefined && { action }),
    by,
    at: at.toISOString(),
    owner,
    removeBy: removeBy.toISOString(),
    workItemId: debtItemId(name),
  });
  const next = workedAround(failure, workaround, { by, at, actionId: ports.ids.actionId() });
  await save(ports, failure, next, at);
  return { kind: 'recorded', failure: next, workaround, isRepeated: false };
}

async function mayNot(
  ports: WorkaroundPorts,
  failure: Failure,
  { by, episode }: { by: Actor; episode?: number | undefined },
): Promise<RecoveryRefusal | undefined> {
  if (episode !== undefined && episode < failure.episode) {
    return { kind: 'refused', because: 'earlier-episode', failure };
  }
  if (by.startsWith('system:')) return undefined;
  const forbidden = await mayNotStart(ports, { by, level: gravestLevel(failure) });
  return forbidden && { kind: 'refused', failure, ...forbidden };
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

export type RemovalOutcome = { kind: 'removed'; failure: Failure } | WorkaroundRefusal;

/** It is gone: its debt is closed first, so that a crash leaves a closed item that takes the workaround with it. */
export async function removeWorkaround(
  ports: WorkaroundPorts,
  wish: { failureId: FailureId; episode?: number | undefined; by: Actor; because?: string },
): Promise<RemovalOutcome> {
  const { failureId, by, because = 'The workaround is removed' } = wish;
  const outcome = await retryOnConflict(async (): Promise<RemovalOutcome> => {
    const stored = await ports.failures.get(failureId);
    if (!stored) return { kind: 'refused', because: 'failure-not-found', failureId };
    const { failure } = stored;
    const refusal = await mayNot(ports, failure, wish);
    if (refusal) return refusal;
    if (!failure.workaround) return { kind: 'refused', because: 'none-standing', failure };
    await closeDebt(ports, failure.workaround.workItemId, { by, because });
    const at = ports.now();
    const next = workaroundRemoved(failure, because, { by, at, actionId: ports.ids.actionId() });
    await save(ports, failure, next, at);
    return { kind: 'removed', failure: next };
  });
  if (outcome.kind === 'removed') await hint(ports, failureId);
  return outcome;
}

export type RenewalOutcome = { kind: 'renewed'; failure: Failure; workaround: Workaround } | WorkaroundRefusal;

/** It stays longer. Twice anybody who may start a recovery says so; from the third time on it is an approver's word. */
export async function renewWorkaround(
  ports: WorkaroundPorts,
  wish: { failureId: FailureId; episode?: number | undefined; removeBy?: string | undefined; by: Actor },
): Promise<RenewalOutcome> {
  const { failureId, by } = wish;
  const outcome = await retryOnConflict(async (): Promise<RenewalOutcome> => {
    const stored = await ports.failures.get(failureId);
    if (!stored) return { kind: 'refused', because: 'failure-not-found', failureId };
    const { failure } = stored;
    const { workaround: standing } = failure;
    if (!standing) return { kind: 'refused', because: 'none-standing', failure };
    const refusal = await mayNot(ports, failure, wish);
    if (refusal) return refusal;
    if (standing.renewals >= freeRenewals) {
      const who = ports.policy.recovery.mayApprove;
      const answer = await mayDo(ports, { who, by, level: gravestLevel(failure) });
      // Nobody named: everybody but who wants it for themselves.
      const isOwn = who.length === 0 && (by === standing.by || by === standing.owner);
      if (answer === 'unknown') return { kind: 'refused', because: 'role-unknown', failure, who };
      if (answer !== 'yes' || isOwn) return { kind: 'refused', because: 'needs-approver', failure, who };
    }
    const at = ports.now();
    const earliest = Math.max(Date.parse(standing.removeBy), at.getTime());
    const removeBy = new Date(wish.removeBy ?? earliest + usualMs);
    if (!(removeBy.getTime() > earliest)) {
      return { kind: 'refused', because: 'too-early', failure, earliest: new Date(earliest).toISOString() };
    }
    const workaround = { ...standing, removeBy: removeBy.toISOString(), renewals: standing.renewals + 1 };
    const next = workaroundRenewed(failure, workaround, { by, at, actionId: ports.ids.actionId() });
    await save(ports, failure, next, at);
    return { kind: 'renewed', failure: next, workaround };
  });
  if (outcome.kind === 'renewed') {
    await keepDebt(ports, outcome.failure);
    await hint(ports, failureId);
  }
  return outcome;
}

async function save(ports: WorkaroundPorts, before: Failure, next: Failure, at: Date): Promise<void> {
  const due = at.getTime();
  await ports.failures.saveState(next, { expectedVersion: before.version, dues: { show: due, effects: due } });
}

async function hint({ hints }: WorkaroundPorts, failureId: FailureId): Promise<void> {
  await Promise.all([hints.notify({ failureId }), hints.effects({ failureId })]);
}
