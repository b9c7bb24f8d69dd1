import type { Failure } from '../failure/failure.ts';
import { appliedBy } from './apply-workaround.ts';
import { keepDebt } from './debt.ts';
import { removeWorkaround } from './remove-workaround.ts';
import { requestRecovery } from './request-recovery.ts';
import { isEnded } from './run-states.ts';
import type { WorkaroundPorts } from './workaround.ts';

/**
 * A standing workaround has its debt item, and a run that applies its action. What a crash left undone is done now; one whose
 * action did not work does not stand.
 */
export async function keepWorkaround(ports: WorkaroundPorts, failure: Failure): Promise<void> {
  const { workaround, id: failureId } = failure;
  if (!workaround) return;
  await keepDebt(ports, failure);
  if (workaround.action === undefined) return;
  const remove = (reason: string) =>
    removeWorkaround(ports, { failureId, by: 'system:protocol', because: `The workaround was not applied: ${reason}` });
  const run = await appliedBy(ports, failure);
  if (run) {
    if (isEnded(run) && run.state !== 'succeeded' && run.state !== 'lost') await remove(run.reason);
    return;
  }
  if (failure.status !== 'open' && failure.status !== 'acknowledged') return;
  const { action, by } = workaround;
  const request = await requestRecovery(ports, { failureId, by, strategy: 'workaround', order: { action } });
  if (request.kind === 'refused' && request.because !== 'already-recovering' && !(await appliedBy(ports, failure))) {
    await remove(`it could not be started (${request.because})`);
  }
}
