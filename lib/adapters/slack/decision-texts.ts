import { standingApprovals } from '../../recovery/approvals.ts';
import type { ApprovalAnswer } from '../../recovery/approve-run.ts';
import type { CancelAnswer } from '../../recovery/cancel-run.ts';
import type { DeclineAnswer } from '../../recovery/decline-run.ts';
import type { RecoveryRun } from '../../recovery/run.ts';
import { strategyName } from '../../recovery/strategy-names.ts';
import { missingApprovals } from '../../response/card-content.ts';
import { actorMrkdwn, dateMrkdwn } from './cards/rich-text.ts';
import { type Named, whoText } from './refusal-texts.ts';

type Refused = Extract<ApprovalAnswer | DeclineAnswer | CancelAnswer, { kind: 'refused' }>;

/** Why somebody's word on a recovery does not count, and whose would. */
export function undecidedText({ because, run, who = [], people }: Refused & Named): string {
  const name = strategyName(run.strategy);
  switch (because) {
    case 'own-request':
      return 'You asked for it, so other people must approve it. If it is not needed any more, press *Cancel*.';
    case 'not-approver':
      if (who.length === 0) return 'Guests may not approve this: a full member of the workspace must. Ask one of them.';
      return `Only ${whoText(who, people)} may decide this (\`recovery.mayApprove\` in kintsugi.yml). Ask one of them.`;
    case 'not-allowed':
      return `Only ${whoText(who, people)} may cancel this, or who asked for it (\`recovery.mayStart\` in kintsugi.yml).`;
    case 'already-approved':
      return missingApprovals(run) > 0
        ? 'You have approved it already. It needs another person, too.'
        : 'You have approved it already, and nobody is missing any more.';
    case 'plan-changed':
      return 'The plan changed after you read it, and your approval was not counted. Read the new plan, and approve that.';
    case 'expired':
      return `${name} was not approved in time, and is over. If it is still needed, ask for it again on the card.`;
    case 'role-unknown':
      if (who.length === 0)
        return 'Slack did not say whether you are a full member, so nothing was decided. Press again in a minute.';
      return `Slack did not say who belongs to ${whoText(who)}, so nothing was decided. Press again in a minute.`;
    case 'not-waiting':
      return notWaitingText(run);
    default:
      return because satisfies never;
  }
}

/** What became of it before this press. */
function notWaitingText(run: RecoveryRun): string {
  const name = strategyName(run.strategy);
  switch (run.state) {
    case 'requested':
      return `${name} still waits for its runner: there is no plan to decide on yet.`;
    case 'awaiting-approval':
      return `${name} has all the approvals that it needs (${names(run)}), and is about to begin.`;
    case 'running':
    case 'lost':
      return `${name} has begun, ${dateMrkdwn(run.startedAt)}. Its steps are in the thread.`;
    case 'succeeded':
    case 'failed':
      return `${name} is over already. What it did is in the thread.`;
    case 'declined':
      return `${actorMrkdwn(run.declinedBy)} declined it, ${dateMrkdwn(run.endedAt)}. Nothing was touched.`;
    case 'cancelled':
      return `${name} was cancelled, ${dateMrkdwn(run.endedAt)}. Nothing was touched.`;
    case 'expired':
      return `${name} expired, ${dateMrkdwn(run.endedAt)}. Nothing was touched.`;
    default:
      return run satisfies never;
  }
}

function names(run: Extract<RecoveryRun, { state: 'awaiting-approval' }>): string {
  return standingApprovals(run, run.plan.hash)
    .map(({ by }) => actorMrkdwn(by))
    .join(', ');
}
