import type { Failure } from '../failure/failure.ts';
import { RunId } from '../failure/ids.ts';
import { isProposal } from '../recovery/approvals.ts';
import type { RecoveryPorts } from '../recovery/recovery-ports.ts';
import type { RecoveryRefusal } from '../recovery/refusal.ts';
import { requestRecovery } from '../recovery/request-recovery.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { isEnded } from '../recovery/run-states.ts';
import { idFrom } from '../signal/hash.ts';
import type { Effects } from './effects.ts';
import type { TurnStore } from './turns.ts';

const hourMs = 3_600_000;

/**
 * Asks for a rollback in nobody's name: how many must approve it is policy's word. Its id follows from what was proposed before,
 * so that two at once, or one after a crash, propose the same. The answer says why none can be proposed; what will be looked at
 * again need not be said.
 */
export async function proposeRollback(
  ports: RecoveryPorts & { turns: TurnStore },
  failure: Failure,
  { how, runs }: { how: NonNullable<Effects['rollback']>; runs: RecoveryRun[] },
): Promise<string | undefined> {
  const { id: failureId, episode, component } = failure;
  if (how === 'hourly') {
    const turn = { name: `automatic/${component}`, by: `${failureId}#${episode}`, at: ports.now(), everyMs: hourMs };
    if (!(await ports.turns.take(turn))) {
      return `a rollback of ${component} ran by itself within the last hour`;
    }
  }
  const by = 'system:protocol';
  const over = runs.filter((run) => run.episode === episode && isProposal(run) && isEnded(run)).length;
  const runId = RunId.parse(`R-${idFrom(`rollback/${failureId}#${episode}/${over}`, 10)}`);
  const answer = await requestRecovery(ports, { failureId, by, strategy: 'rollback-and-retry', episode, runId });
  return answer.kind === 'requested' ? undefined : reasonOf(answer);
}

/** Undefined: it need not be said, since what is in the way will be looked at again. */
function reasonOf(refusal: RecoveryRefusal): string | undefined {
  switch (refusal.because) {
    case 'no-runner':
      return `kintsugi.yml has no ${refusal.missing}`;
    case 'failure-not-found':
    case 'already-resolved':
    case 'earlier-episode':
    case 'already-recovering':
      return undefined;
    default:
      return `it was refused (${refusal.because})`;
  }
}
