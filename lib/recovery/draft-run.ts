import { type Failure, gravestLevel } from '../failure/failure.ts';
import { approvalsFor } from './approvals.ts';
import { countApprovers } from './count-approvers.ts';
import type { RecoveryWish, RequestPorts } from './recovery-wish.ts';
import type { RecoveryRun, RunOrder } from './run.ts';
import { isPending, type Requested } from './run-states.ts';

/** The run as it is asked for. */
export async function draftRun(
  ports: RequestPorts,
  failure: Failure,
  {
    by,
    strategy,
    order,
    dryRun = false,
    place,
    runId,
  }: RecoveryWish & { order: RunOrder; place: { runner: string; workTree?: string } },
): Promise<Requested> {
  const { policy, ids, now } = ports;
  const approvalsNeeded = approvalsFor(policy, failure, { strategy, dryRun });
  const who = policy.recovery.mayApprove;
  const othersWhoMay =
    approvalsNeeded > 0 ? await countApprovers(ports, { who, by, level: gravestLevel(failure) }) : undefined;
  const at = now().toISOString();
  const actionId = ids.actionId();
  return {
    schema: 1,
    id: runId ?? ids.runId(),
    failureId: failure.id,
    version: 1,
    episode: failure.episode,
    strategy,
    order,
    dryRun,
    approvalsNeeded,
    ...(othersWhoMay !== undefined && { othersWhoMay }),
    approvals: [],
    component: failure.component,
    ...place,
    level: gravestLevel(failure),
    requestedBy: by,
    requestedAt: at,
    steps: [],
    lastAction: { id: actionId, by, at },
    state: 'requested',
  };
}

export function isSameQuestion(other: RecoveryRun, run: RecoveryRun): boolean {
  return (
    (isPending(other) || other.state === 'running') &&
    other.episode === run.episode &&
    other.strategy === run.strategy &&
    other.dryRun === run.dryRun &&
    JSON.stringify(other.order) === JSON.stringify(run.order)
  );
}

/** A run that was named is created once: whoever comes second goes on with it. */
export async function createRun(
  { runs, now }: RequestPorts,
  run: Requested,
  { runId }: Pick<RecoveryWish, 'runId'>,
): Promise<RecoveryRun> {
  if ((await runs.create(run, { run: now().getTime() })) === 'created') return run;
  const before = runId && (await runs.get(run.failureId, runId))?.run;
  if (!before) throw new Error(`run id ${run.id} is taken`);
  return before;
}
