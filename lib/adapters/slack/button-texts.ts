import { strategyName } from '../../recovery/strategy-names.ts';
import type { Action } from './action-ids.ts';

/** What buttons are called, what they ask before they act, and what is said when they did. */

type Press = Exclude<Action['do'], 'list-page' | 'list-back'>;

/** With “…” a form comes first; without it the press acts. */
export const buttonTexts: Record<Press, string> = {
  acknowledge: 'Acknowledge',
  rollback: strategyName('rollback-and-retry'),
  clean: strategyName('clean'),
  shutdown: `${strategyName('shutdown')}…`,
  restart: strategyName('restart'),
  diagnose: strategyName('diagnose'),
  undo: strategyName('undo'),
  workaround: 'Workaround…',
  decompose: 'Decompose…',
  regrade: 'Re-grade…',
  edit: 'Edit report…',
  merge: 'Merge…',
  parts: 'Split…',
  more: 'More…',
  resolve: 'Resolve…',
  reopen: 'Reopen',
  split: 'Split off again',
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
  split: {
    title: 'Not the same failure?',
    text: 'It is a failure of its own again, as it stood before, with everything that was counted for it.',
    yes: 'Split off',
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
  | 'diagnose'
  | 'rollback'
  | 'clean'
  | 'restart'
  | 'shutdown'
  | 'workaround'
  | 'decompose'
  | 'regrade'
  | 'edit'
  | 'merge'
  | 'parts',
  string
> = {
  diagnose: '*Diagnose* looks at services, ports, disk, memory and recent errors. It changes nothing.',
  rollback:
    '*Rollback & retry* goes back to the last good checkpoint, checks, and tries again. Everything is saved first.',
  clean:
    '*Clean recovery* removes listed temporary files, puts stuck work items back into the queue, restarts, counts before and after, and runs the check.',
  restart: '*Restart* starts its parts again, one after the other, and checks each.',
  shutdown: '*Emergency shutdown* needs two other people. It would stop:',
  workaround: '*Workaround*: go on another way for now, with an owner and a date on which it goes again.',
  decompose: '*Decompose* splits its work item into smaller ones that add up to the whole.',
  merge: '*Merge*: it is the same as another failure. The older one is kept and counts for both.',
  parts: '*Split*: something that was merged into it is another failure after all.',
  edit: '*Edit report*: what happened, why, what was tried, what is planned, what was learned. Every version is kept.',
  regrade: '*Re-grade*: say how bad it really is. What its level orders changes with it.',
};

/** Said in the modal where it was pressed: what follows is shown in the card's thread. */
export function startedText(name: string, dryRun: boolean): string {
  return dryRun
    ? `👀 A dry run of *${name}* is asked for. It changes nothing; its plan appears in the card’s thread.`
    : `⏳ *${name}* is asked for. Its plan and its steps appear in the card’s thread.`;
}
