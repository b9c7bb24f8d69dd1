import type { Failure, Outcome, SimilarFailure, Transition } from '../../failure/failure.ts';
import type { RecoveryRefusal } from '../../recovery/request-recovery.ts';
import { strategyName } from '../../recovery/strategy-names.ts';
import type { CardButton, ResponsePlan } from '../../response/protocol.ts';
import { criteria } from '../../severity/criteria.ts';
import type { Level } from '../../signal/signal.ts';
import { actorMrkdwn, dateMrkdwn } from './cards/rich-text.ts';
import { escapeMrkdwn } from './escape.ts';

/** Every word that people read in Slack, except what a failure says of itself. */

export const levelIcon: Record<Level, string> = { 1: '⚪', 2: '🟡', 3: '🟠', 4: '🔴', 5: '🚨' };

export function levelName(level: Level): string {
  return criteria[level].name;
}

export const buttonTexts: Record<CardButton, string> = {
  acknowledge: 'Acknowledge',
  rollback: strategyName('rollback-and-retry'),
  resolve: 'Resolve',
  reopen: 'Reopen',
};

export const withoutRecoveryTexts: Record<NonNullable<ResponsePlan['withoutRecovery']>, string> = {
  'needs-approval':
    'No one-click rollback here: from level 4 on a rollback needs a second person’s approval. Roll back by hand, then press *Resolve*.',
  'no-runner': 'No rollback button: no runner is set for this component. `recovery` in kintsugi.yml names one.',
};

/** "Rolled back 1 of 1": how often what was tried worked. */
export function outcomeText({ strategy, worked, tried }: Outcome): string {
  const did = strategy === 'rollback-and-retry' ? 'rolled back' : strategyName(strategy);
  return `${did} ${worked} of ${tried}`;
}

export function outcomesText(outcomes: Outcome[]): string {
  return outcomes.map(outcomeText).join(', ');
}

/** "fixed by Rollback & retry (rolled back 2 of 3)" */
export function fixText({ fixedBy, outcomes, status }: SimilarFailure): string {
  const tried = outcomes.length > 0 ? ` (${outcomesText(outcomes)})` : '';
  if (fixedBy) return `fixed by ${strategyName(fixedBy)}${tried}`;
  return `${status === 'open' ? 'still open' : 'resolved'}${tried}`;
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** Why a click changed nothing, truthfully. */
export function unchangedText({ failure, because }: Extract<Transition, { kind: 'unchanged' }>): string {
  const id = failure.id;
  switch (because) {
    case 'already-acknowledged':
      return `${id} is already acknowledged${by(failure)}.`;
    case 'already-resolved':
      return `${id} is already resolved${by(failure)}.`;
    case 'already-open':
      return `${id} is already open again${by(failure)}.`;
    case 'recovering':
      return `A recovery of ${id} is running. Its steps are in the card’s thread; wait for its end.`;
    case 'earlier-episode':
      return `This card is about an earlier episode. ${id} happened again since: use its newest card.`;
    case 'not-this-run':
    case 'not-higher':
      return `${id} changed meanwhile. The card is up to date now.`;
    default:
      return because satisfies never;
  }
}

function by(failure: Failure): string {
  if (failure.status === 'resolved')
    return `, by ${actorMrkdwn(failure.resolvedBy)}, ${dateMrkdwn(failure.resolvedAt)}`;
  if (failure.status === 'acknowledged') {
    return `, by ${actorMrkdwn(failure.acknowledgedBy)}, ${dateMrkdwn(failure.acknowledgedAt)}`;
  }
  return '';
}

export function recoveryRefusedText(refusal: RecoveryRefusal): string {
  switch (refusal.because) {
    case 'failure-not-found':
      return `${refusal.failureId} is not known here. ${nextStep.failure_not_found}`;
    case 'already-resolved':
      return `${refusal.failure.id} is already resolved${by(refusal.failure)}. There is nothing to roll back.`;
    case 'earlier-episode':
      return `This card is about an earlier episode. ${refusal.failure.id} happened again since: use its newest card.`;
    case 'already-recovering':
      return `A recovery of ${refusal.failure.id} is already running. Its steps are in the card’s thread.`;
    case 'level-needs-approval':
      return `${refusal.failure.id} is at level ${refusal.level}: a rollback there needs a second person’s approval, so it cannot be started with one click. Roll back by hand, then press *Resolve*.`;
    case 'no-runner':
      return `Nothing can recover ${escapeMrkdwn(refusal.component)} yet: \`${escapeMrkdwn(refusal.missing)}\` is missing in kintsugi.yml. Start a runner on its host, add the line, deploy.`;
    default:
      return refusal satisfies never;
  }
}

export type Explained = 'failure_not_found' | 'version_conflict' | 'poison' | 'configuration';

/** Error code → what to do next. */
export const nextStep: Record<Explained, string> = {
  failure_not_found: '`/failure list` shows the open ones.',
  version_conflict: 'Others are changing it at this moment. Look at the card and press again.',
  poison: 'Check what you entered and send it again.',
  configuration: 'An operator must look at the log: the configuration cannot work.',
};

/** What a person sees when something threw. */
export function errorText(error: unknown, requestId: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code in nextStep
    ? `That did not work. ${nextStep[code as Explained]}`
    : `Something broke on our side. If nothing has changed, try again; if it stays, quote \`${requestId}\` to your operator.`;
}

export const otherWorkspaceText =
  'Only members of the workspace that runs Kintsugi can do this. Ask one of them in this channel.';

/** Plain: form errors have no formatting. */
export const changedReportText =
  'An earlier version of this report, with other words, is filed already: /failure list shows it within two minutes. To file these words, too, close this form and open it again.';

export const helpText = [
  '*What you can do*',
  '`/failure report` words: file a failure. A form opens, with your words filled in.',
  '`/failure list`: what is open, worst first. Narrow it: `/failure list severity>=3 component:shop`',
  '`/failure show F-7K3Q9D`: everything about one failure.',
  '`/failure help`: this text.',
  '',
  'A failure has a card in its channel, and all detail is in the card’s thread. *Acknowledge* says that you are on it.',
].join('\n');
