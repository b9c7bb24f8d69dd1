import type { Failure } from '../../failure/failure.ts';
import type { Transition } from '../../failure/transition.ts';
import type { Mention } from '../../policy/policy.ts';
import type { Forbidden } from '../../recovery/may-start.ts';
import type { RecoveryRefusal } from '../../recovery/refusal.ts';
import { strategyName } from '../../recovery/strategy-names.ts';
import type { Hindrance } from '../../response/offers.ts';
import { actorMrkdwn, dateMrkdwn } from './cards/rich-text.ts';
import { nextStep } from './error-texts.ts';
import { escapeMrkdwn } from './escape.ts';

/** Why something was not done, and what to do instead. */

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
      return earlierEpisodeText(id);
    case 'same-level':
      return `${id} is at level ${failure.level} already.`;
    case 'same-report':
      return `The report of ${id} says that already.`;
    case 'merged':
      return mergedText(failure);
    case 'not-merged':
      return `${id} is not merged into another failure, so there is nothing to split off.`;
    case 'has-workaround':
      return `${id} has a workaround that is to be removed. Say first that it is gone, or record it on the other one.`;
    case 'too-many-merged':
      return `As many failures as one can take are merged into ${id}. Merge into another one, or split one off first.`;
    case 'not-this-run':
    case 'not-higher':
      return `${id} changed meanwhile. The card is up to date now.`;
    default:
      return because satisfies never;
  }
}

/** Where it went: everything about it is done there. */
export function mergedText(failure: Failure): string {
  if (failure.status !== 'merged') return `${failure.id} changed meanwhile. Look at its card.`;
  const { id, mergedInto, mergedBy, mergedAt } = failure;
  return `${id} is part of ${mergedInto} since ${dateMrkdwn(mergedAt)}, by ${actorMrkdwn(mergedBy)}. Go on there: \`/failure show ${mergedInto}\`. *Split* takes it out again.`;
}

function by(failure: Failure): string {
  if (failure.status === 'resolved')
    return `, by ${actorMrkdwn(failure.resolvedBy)}, ${dateMrkdwn(failure.resolvedAt)}`;
  if (failure.status === 'acknowledged') {
    return `, by ${actorMrkdwn(failure.acknowledgedBy)}, ${dateMrkdwn(failure.acknowledgedAt)}`;
  }
  return '';
}

export function earlierEpisodeText(id: string): string {
  return `This card is about an earlier episode. ${id} happened again since: use its newest card.`;
}

export function noFailureText(id: string): string {
  return `${id} is not known here. ${nextStep.failure_not_found}`;
}

/** Why a recovery is not begun. */
export function recoveryRefusedText(refusal: RecoveryRefusal & Named): string {
  switch (refusal.because) {
    case 'failure-not-found':
      return noFailureText(refusal.failureId);
    case 'already-resolved':
      return `${refusal.failure.id} is already resolved${by(refusal.failure)}. There is nothing to recover.`;
    case 'merged':
      return mergedText(refusal.failure);
    case 'earlier-episode':
      return earlierEpisodeText(refusal.failure.id);
    case 'already-recovering':
      return `A recovery of ${refusal.failure.id} is already under way. It is in the card’s thread; this one can start when that has ended.`;
    case 'no-runner':
      return `Nothing can recover ${escapeMrkdwn(refusal.component)} yet: \`${escapeMrkdwn(refusal.missing)}\` is missing in kintsugi.yml. Start a runner on its host, add the line, deploy.`;
    default:
      return notBegunText(refusal);
  }
}

type Refusal = Extract<
  RecoveryRefusal,
  {
    because:
      | 'too-low'
      | 'nothing-to-undo'
      | 'no-action'
      | 'too-many-components'
      | 'too-many-looks'
      | 'not-allowed'
      | 'role-unknown';
  }
>;

function tooManyLooksText({ failure: { id }, count, which }: Extract<Refusal, { because: 'too-many-looks' }>): string {
  switch (which) {
    case 'under-way':
      return `${count} dry runs or diagnoses of ${id} are under way. Wait for what they find, in the card’s thread.`;
    case 'kept':
      return `${id} was looked at ${count} times in this episode, and that is enough. What was found is in the card’s thread.`;
    case 'unanswered':
      return `${id} was asked about ${count} times in this episode, and most of it nobody answered. \`/failure runners\` says who is silent; look at that host by hand.`;
    default:
      return which satisfies never;
  }
}

/** Why a recovery that exists is not begun, in words. */
function notBegunText(refusal: Refusal & Named): string {
  const { id, level } = refusal.failure;
  switch (refusal.because) {
    case 'too-low':
      return `${strategyName(refusal.strategy)} is for level ${refusal.fromLevel} and up, and ${id} is at level ${level}. If it is worse than that, re-grade it first.`;
    case 'nothing-to-undo':
      return `There is nothing to undo: no recovery of ${id} changed anything that is not undone already.`;
    case 'no-action':
      return 'A workaround that runs something needs an action of the host’s runner.yml. Without one, write down what you did.';
    case 'too-many-components':
      return `${refusal.count} components hang on ${escapeMrkdwn(refusal.failure.component)}: too many for one order. Do it by hand, or split it by \`dependsOn\` in kintsugi.yml.`;
    case 'too-many-looks':
      return tooManyLooksText(refusal);
    case 'not-allowed':
      return `Only ${whoText(refusal.who, refusal.people)} may start recoveries here (\`recovery.mayStart\` in kintsugi.yml). Ask one of them.`;
    case 'role-unknown':
      return `Slack did not say who belongs to ${whoText(refusal.who)}, so nothing was started. Press again in a minute.`;
    default:
      return refusal satisfies never;
  }
}

/** Why somebody may not do what is for those who may start recoveries. */
export function forbiddenText({ because, who, people }: Forbidden & Named): string {
  return because === 'not-allowed'
    ? `Only ${whoText(who, people)} may do this (\`recovery.mayStart\` in kintsugi.yml). Ask one of them.`
    : `Slack did not say who belongs to ${whoText(who)}, so nothing was done. Press again in a minute.`;
}

/** A refusal that says who is in the groups which it names. */
export interface Named {
  people?: Record<Mention, string[]>;
}

/** As Slack shows people and groups; a handle is no mention, so nobody is called by it. */
export function whoText(who: readonly Mention[], people: Record<Mention, string[]> = {}): string {
  const names = who.map((name) => {
    const members = people[name]?.map((one) => `<@${one}>`) ?? [];
    const inIt = members.length > 0 ? ` (${members.join(', ')})` : '';
    if (name.startsWith('@')) return `\`${escapeMrkdwn(name)}\`${inIt}`;
    return name.startsWith('S') ? `<!subteam^${name}>${inIt}` : `<@${name}>`;
  });
  return names.length < 2 ? (names[0] ?? 'everybody') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** Why a recovery has no button, in one line. */
export function hindranceText(hindrance: Hindrance, what: string): string {
  switch (hindrance.because) {
    case 'no-runner':
      return `No ${what}: \`${escapeMrkdwn(hindrance.missing)}\` is missing in kintsugi.yml.`;
    case 'runner-cannot':
      return `No ${what}: runner ${escapeMrkdwn(hindrance.runner)} is not set up for it in its runner.yml.`;
    case 'lower-level':
      return `No ${what} below level ${hindrance.fromLevel}. Re-grade the failure first if it is that bad.`;
    default:
      return hindrance satisfies never;
  }
}

/** Nothing was changed by whoever presses, as long as Slack does not say that they belong here. */
export const unknownWorkspaceText = 'Slack did not say who you are, so nothing was done. Press again.';

export const otherWorkspaceText =
  'Only members of the workspace that runs Kintsugi can do this. Ask one of them in this channel.';

/** Plain: form errors have no formatting. */
export const changedReportText =
  'An earlier version of this report, with other words, is filed already: /failure list shows it within two minutes. To file these words, too, close this form and open it again.';
