import type { Failure, Outcome, SimilarFailure, Transition } from '../../failure/failure.ts';
import type { RecoveryRefusal } from '../../recovery/request-recovery.ts';
import { strategyName } from '../../recovery/strategy-names.ts';
import type { Hindrance } from '../../response/offers.ts';
import { criteria } from '../../severity/criteria.ts';
import type { Level } from '../../signal/signal.ts';
import type { Action } from './action-ids.ts';
import { actorMrkdwn, dateMrkdwn, type NameOf } from './cards/rich-text.ts';
import { escapeMrkdwn } from './escape.ts';
import { notBegunText } from './refusal-texts.ts';

/** Every word that people read in Slack, except what a failure says of itself. */

export const levelIcon: Record<Level, string> = { 1: '⚪', 2: '🟡', 3: '🟠', 4: '🔴', 5: '🚨' };

export function levelName(level: Level): string {
  return criteria[level].name;
}

type Press = Exclude<Action['do'], 'list-page'>;

export const buttonTexts: Record<Press, string> = {
  acknowledge: 'Acknowledge',
  rollback: strategyName('rollback-and-retry'),
  clean: strategyName('clean'),
  shutdown: strategyName('shutdown'),
  restart: strategyName('restart'),
  diagnose: strategyName('diagnose'),
  undo: strategyName('undo'),
  workaround: 'Workaround',
  decompose: 'Decompose',
  regrade: 'Re-grade',
  more: 'More…',
  resolve: 'Resolve',
  reopen: 'Reopen',
  approve: 'Approve',
  decline: 'Decline',
  cancel: 'Cancel',
};

interface Confirmation {
  title: string;
  text: string;
  yes: string;
  /** Asked only where it would begin at once: not where other people approve it, nor for what is minor. */
  whenAlone?: true;
}

/** What Slack asks before it sends the press. */
export const confirmations: Partial<Record<Action['do'], Confirmation>> = {
  rollback: {
    title: 'Roll back now?',
    text: 'What is on disk is saved first, then it goes back to the last good checkpoint, is checked and tried again.',
    yes: 'Roll back',
    whenAlone: true,
  },
  clean: {
    title: 'Clean up now?',
    text: 'The listed temporary files are removed, stuck work items go back into the queue, and it is started again.',
    yes: 'Clean up',
    whenAlone: true,
  },
  restart: {
    title: 'Restart now?',
    text: 'Its parts are started again, one after the other, and each is checked.',
    yes: 'Restart',
    whenAlone: true,
  },
  undo: {
    title: 'Take this recovery back?',
    text: 'Everything is put back to the moment before the recovery. What is there now is kept, too.',
    yes: 'Undo it',
  },
};

export const dryRunText = 'Show what it would do';

/** One line each of what *More…* offers. */
export const moreTexts: Record<
  'diagnose' | 'rollback' | 'clean' | 'restart' | 'shutdown' | 'workaround' | 'decompose' | 'regrade',
  string
> = {
  diagnose: '*Diagnose* looks at services, ports, disk, memory and recent errors. It changes nothing.',
  rollback:
    '*Rollback & retry* goes back to the last good checkpoint, checks, and tries again. Everything is saved first.',
  clean:
    '*Clean recovery* removes listed temporary files, puts stuck work items back into the queue, restarts, and counts before and after.',
  restart: '*Restart* starts its parts again, one after the other, and checks each.',
  shutdown: '*Emergency shutdown* needs two other people. It would stop:',
  workaround: '*Workaround*: go on another way for now, with an owner and a date on which it goes again.',
  decompose: '*Decompose* splits its work item into smaller ones that add up to the whole.',
  regrade: '*Re-grade*: say how bad it really is. What its level orders changes with it.',
};

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

/** Who may say yes, in mrkdwn, by name where that is known; `nameOf` is given for what is posted, since an id in it would ring. */
export function approverWords(mayApprove: string[], nameOf?: NameOf): string {
  const names = mayApprove.map((mention) => nameWithoutRing(mention, nameOf));
  const who = names.length > 0 ? `Who may: ${names.join(', ')}` : 'Who may: every member';
  return `${who}, but not who asked. A changed plan needs new approvals.`;
}

/** An edit rings nobody, so there an id may stand as Slack shows it. */
function nameWithoutRing(mention: string, nameOf: NameOf | undefined): string {
  if (mention.startsWith('@')) return escapeMrkdwn(mention.slice(1));
  const isGroup = mention.startsWith('S');
  if (!nameOf) return isGroup ? `<!subteam^${mention}>` : `<@${mention}>`;
  return escapeMrkdwn(nameOf(mention) ?? (isGroup ? 'a user group' : 'one more person'));
}

export function missingWords(missing: number): string {
  if (missing === 0) return 'Nobody is missing any more.';
  return missing === 1 ? 'One more person must approve.' : `${missing} different people must approve.`;
}

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
      return earlierEpisodeText(id);
    case 'not-this-run':
    case 'same-level':
      return `${id} is at level ${failure.level} already.`;
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

export function earlierEpisodeText(id: string): string {
  return `This card is about an earlier episode. ${id} happened again since: use its newest card.`;
}

export function noFailureText(id: string): string {
  return `${id} is not known here. ${nextStep.failure_not_found}`;
}

/** Said in the modal where it was pressed: what follows is shown in the card's thread. */
export function startedText(name: string, dryRun: boolean): string {
  return dryRun
    ? `👀 A dry run of *${name}* is asked for. It changes nothing; its plan appears in the card’s thread.`
    : `⏳ *${name}* is asked for. Its plan and its steps appear in the card’s thread.`;
}

export function recoveryRefusedText(refusal: RecoveryRefusal): string {
  switch (refusal.because) {
    case 'failure-not-found':
      return noFailureText(refusal.failureId);
    case 'already-resolved':
      return `${refusal.failure.id} is already resolved${by(refusal.failure)}. There is nothing to recover.`;
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

/** Nothing was changed by whoever presses, as long as Slack does not say that they belong here. */
export const unknownWorkspaceText = 'Slack did not say who you are, so nothing was done. Press again.';

export const otherWorkspaceText =
  'Only members of the workspace that runs Kintsugi can do this. Ask one of them in this channel.';

/** Plain: form errors have no formatting. */
export const changedReportText =
  'An earlier version of this report, with other words, is filed already: /failure list shows it within two minutes. To file these words, too, close this form and open it again.';
