import type { Failure } from '../failure/failure.ts';
import type { RecoveryPorts } from '../recovery/recovery-ports.ts';
import { type RecoveryRefusal, requestRecovery } from '../recovery/request-recovery.ts';
import type { Effects } from './effects.ts';
import type { TurnStore } from './turns.ts';

const hourMs = 3_600_000;

export type Proposal = { kind: 'made' } | { kind: 'impossible'; because: string };

/**
 * Asks for a rollback in nobody's name: how many must approve it is policy's word. Undefined when something was in the way that
 * will be looked at again. Of two at once one is made: the failure's hold sees to it.
 */
export async function proposeRollback(
  ports: RecoveryPorts & { turns: TurnStore },
  failure: Failure,
  how: NonNullable<Effects['rollback']>,
): Promise<Proposal | undefined> {
  const { id: failureId, episode, component } = failure;
  if (how === 'hourly') {
    const turn = { name: `automatic/${component}`, by: `${failureId}#${episode}`, at: ports.now(), everyMs: hourMs };
    if (!(await ports.turns.take(turn))) {
      return { kind: 'impossible', because: `a rollback of ${component} ran by itself within the last hour` };
    }
  }
  const by = 'system:protocol';
  const answer = await requestRecovery(ports, { failureId, by, strategy: 'rollback-and-retry', episode });
  if (answer.kind === 'requested') return { kind: 'made' };
  const because = reasonOf(answer);
  return because === undefined ? undefined : { kind: 'impossible', because };
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
