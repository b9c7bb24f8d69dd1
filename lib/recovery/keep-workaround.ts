import type { Failure } from '../failure/failure.ts';
import { appliedBy } from './apply-workaround.ts';
import { keepDebt } from './debt.ts';
import { removeWorkaround } from './remove-workaround.ts';
import { requestRecovery } from './request-recovery.ts';
import type { RecoveryRun } from './run.ts';
import { isEnded } from './run-states.ts';
import type { WorkaroundPorts } from './workaround.ts';

/**
 * A standing workaround has its debt item, and a run that applies its action. What a crash left undone is done now; one whose
 * action did not work, or was undone, does not stand.
 */
export async function keepWorkaround(ports: WorkaroundPorts, failure: Failure): Promise<void> {
  const { workaround, id: failureId } = failure;
  if (!workaround) return;
  await keepDebt(ports, failure);
  if (workaround.action === undefined) return;
  const remove = (because: string) => removeWorkaround(ports, { failureId, by: 'system:protocol', because });
  const notApplied = (reason: string) => remove(`The workaround was not applied: ${reason}`);
  const run = await appliedBy(ports, failure);
  if (run) {
    if (isEnded(run) && run.state !== 'succeeded' && run.state !== 'lost') await notApplied(run.reason);
    else if (await isUndone(ports, run)) await remove('The workaround is gone: it was undone');
    return;
  }
  if (failure.status !== 'open' && failure.status !== 'acknowledged') return;
  const { action, by } = workaround;
  const request = await requestRecovery(ports, { failureId, by, strategy: 'workaround', order: { action } });
  if (request.kind === 'refused' && request.because !== 'already-recovering' && !(await appliedBy(ports, failure))) {
    await notApplied(`it could not be started (${request.because})`);
  }
}

async function isUndone({ runs }: WorkaroundPorts, { failureId, id }: RecoveryRun): Promise<boolean> {
  return (await runs.list(failureId)).some(({ order, state }) => order.undoes === id && state === 'succeeded');
}
