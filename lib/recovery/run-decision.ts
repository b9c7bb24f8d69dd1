import { FailureNotFoundError } from '../errors.ts';
import { gravestLevel } from '../failure/failure.ts';
import type { Actor, FailureId, RunId } from '../failure/ids.ts';
import type { Mention } from '../policy/policy.ts';
import type { FailureStore, Hints, Ids, Log, Now, RunStore } from '../ports.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { concludeRun } from './conclude-run.ts';
import { type MayDo, mayDo, type RolePorts } from './may-do.ts';
import type { RecoveryRun } from './run.ts';
import { called } from './run-moves.ts';
import { isPending } from './run-states.ts';

/** What people decide about a run that waits. */
export interface RunDecision {
  failureId: FailureId;
  runId: RunId;
  by: Actor;
}

export interface DecisionPorts {
  failures: FailureStore;
  runs: Pick<RunStore, 'get' | 'save'>;
  hints: Hints;
  ids: Ids;
  now: Now;
  log: Log;
}

export interface RefusedDecision<Because extends string> {
  kind: 'refused';
  because: Because;
  /** As it stands. */
  run: RecoveryRun;
  /** Who may, when it is about that. */
  who?: Mention[];
}

export async function readRun(
  { runs }: Pick<DecisionPorts, 'runs'>,
  { failureId, runId }: Omit<RunDecision, 'by'>,
): Promise<RecoveryRun> {
  const stored = await runs.get(failureId, runId);
  if (!stored) throw new FailureNotFoundError(failureId);
  return stored.run;
}

/** May they? Asked when it matters, and once: Slack need not hear it again because a write came second. */
export function askOnce(
  ports: RolePorts & Pick<DecisionPorts, 'failures'>,
  { failureId, by }: Pick<RunDecision, 'failureId' | 'by'>,
  who: Mention[],
  may: typeof mayDo = mayDo,
): () => Promise<MayDo> {
  const ask = async () => {
    const failure = (await ports.failures.get(failureId))?.failure;
    if (!failure) throw new FailureNotFoundError(failureId);
    return may(ports, { who, by, level: gravestLevel(failure) });
  };
  let answer: Promise<MayDo> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

/**
 * Ends a run that has not begun, by a conditional write: `go` or another end that came first wins, and the answer says so.
 * Its failure is given back at once; the recovery function tells the runner.
 */
export async function callOff<Refused>(
  ports: DecisionPorts,
  { failureId, runId, by }: RunDecision,
  how: { state: 'cancelled' | 'declined'; reason: string },
  refuse: (run: RecoveryRun) => Promise<Refused | undefined>,
): Promise<{ kind: 'refused'; refusal: Refused } | { kind: 'ended'; run: RecoveryRun }> {
  const answer = await retryOnConflict(async () => {
    const run = await readRun(ports, { failureId, runId });
    const refusal = await refuse(run);
    if (refusal !== undefined) return { kind: 'refused' as const, refusal };
    if (!isPending(run)) throw new Error(`run ${runId} is ${run.state}, and nobody refused to call it off`);
    const at = ports.now();
    const ended = called(run, { by, at, actionId: ports.ids.actionId() }, how);
    await ports.runs.save(ended, { expectedVersion: run.version, dues: { run: at.getTime() } });
    return { kind: 'ended' as const, run: ended };
  });
  ports.log('run called off', { failureId, runId, by, outcome: answer.kind === 'ended' ? how.state : 'refused' });
  if (answer.kind === 'ended') {
    await concludeRun(ports, answer.run);
    await ports.hints.recovery({ failureId, runId });
  }
  return answer;
}
