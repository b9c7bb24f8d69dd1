import type { ModalView } from '@slack/types';
import { type Failure, gravestLevel } from '../../../failure/failure.ts';
import type { Actor } from '../../../failure/ids.ts';
import { blastRadius } from '../../../gate/depends-on.ts';
import { dependencies } from '../../../gate/publish-registry.ts';
import { approvalsFor } from '../../../recovery/approvals.ts';
import { countApprovers } from '../../../recovery/count-approvers.ts';
import type { RecoveryRefusal } from '../../../recovery/refusal.ts';
import { requestRecovery } from '../../../recovery/request-recovery.ts';
import { componentNames } from '../../../response/card-content.ts';
import { shutdownForm, shutdownModal } from '../modals/shutdown-modal.ts';
import { recoveryRefusedText } from '../refusal-texts.ts';
import { FailureSubject, type Form, parseMetadata } from './form.ts';
import { namePeople } from './name-people.ts';
import type { SlackPorts } from './slack-ports.ts';

export async function openShutdown(ports: SlackPorts, failure: Failure, by: Actor): Promise<ModalView> {
  const { policy } = ports;
  const who = policy.recovery.mayApprove;
  const othersWhoMay = await countApprovers(ports, { who, by, level: gravestLevel(failure) });
  return shutdownModal(failure, {
    othersWhoMay,
    stops: blastRadius(failure.component, dependencies(policy)).map((name) => componentNames(policy, name)),
    approvals: approvalsFor(policy, failure, { strategy: 'shutdown', dryRun: false }),
    minutes: policy.recovery.approvalMinutes,
  });
}

/** The failure has one hold, so asking twice asks once. */
export const askForShutdown: Form = {
  callbackId: shutdownForm.callbackId,
  async submit(ports, form, by) {
    const subject = parseMetadata(FailureSubject, form);
    const asked = await requestRecovery(ports, { ...subject, by, strategy: 'shutdown' });
    if (asked.kind === 'requested' || (await isMine(ports, asked, by))) return { closed: true };
    return { notice: { title: 'Nothing is asked for', text: recoveryRefusedText(await namePeople(ports, asked)) } };
  },
};

/** Sent off twice: the first one did it. */
async function isMine({ runs }: SlackPorts, refusal: RecoveryRefusal, by: string): Promise<boolean> {
  if (refusal.because !== 'already-recovering') return false;
  const run = (await runs.get(refusal.failure.id, refusal.runId))?.run;
  return run?.strategy === 'shutdown' && run.requestedBy === by;
}
