import type { ModalView } from '@slack/types';
import { acknowledgeFailure } from '../../../failure/acknowledge-failure.ts';
import { gravestLevel } from '../../../failure/failure.ts';
import type { PersonMove } from '../../../failure/move-failure.ts';
import { reopenFailure } from '../../../failure/reopen-failure.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { readReport } from '../../../report/read-report.ts';
import type { Action } from '../action-ids.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import type { Message } from '../cards/failure-card.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { reportMessage } from '../cards/report-message.ts';
import { forbiddenText, unchangedText } from '../refusal-texts.ts';
import { decideRun } from './decide-run.ts';
import { namePeople } from './name-people.ts';
import { moreAgain, openForm } from './open-form.ts';
import { showList } from './show-list.ts';
import type { SlackPorts } from './slack-ports.ts';
import { splitAs } from './split-by-hand.ts';
import { startRun } from './start-run.ts';

export type FailureAction = Extract<Action, { failureId: unknown }>;

/**
 * What a button does. `open`: a form. `update`: the modal in which it was pressed, anew. Undefined: the card or its thread
 * shows it in a moment.
 */
export type ClickAnswer = PrivateAnswer | { open: ModalView } | { update: ModalView } | undefined;

/** What came of it, for the person who pressed: told where nothing else shows it. */
export interface Pressed {
  isDone: boolean;
  words: string;
  /** Though it is done, who pressed must read the words: on a card as well. */
  mustBeRead?: boolean;
}

export async function handleClick(ports: SlackPorts, action: Action, by: string): Promise<ClickAnswer> {
  if (action.do === 'list-page' || action.do === 'list-back') {
    return { ...(await showList(ports, action.query)), replaces: true };
  }
  switch (action.do) {
    case 'more':
    case 'resolve':
    case 'edit':
    case 'workaround':
    case 'decompose':
    case 'regrade':
    case 'merge':
    case 'parts':
      return await openForm(ports, action, by);
    case 'shutdown':
      // What would be stopped is said by name first; a dry run stops nothing.
      if (!action.dryRun) return await openForm(ports, { ...action, do: 'shutdown' }, by);
      return await answer(ports, action, await carryOut(ports, action, by));
    default:
      return await answer(ports, action, await carryOut(ports, action, by));
  }
}

async function carryOut(
  ports: SlackPorts,
  action: Exclude<
    FailureAction,
    { do: 'more' | 'resolve' | 'edit' | 'workaround' | 'decompose' | 'regrade' | 'merge' | 'parts' }
  >,
  by: string,
): Promise<Pressed> {
  const request = { failureId: action.failureId, episode: action.episode, by };
  switch (action.do) {
    case 'acknowledge':
    case 'reopen': {
      const transition = await { acknowledge: acknowledgeFailure, reopen }[action.do](ports, request);
      if (transition.kind === 'refused') {
        return { isDone: false, words: forbiddenText(await namePeople(ports, transition)) };
      }
      return transition.kind === 'unchanged'
        ? { isDone: false, words: unchangedText(transition) }
        : { isDone: true, words: '' };
    }
    case 'split': {
      const moved = await splitAs(ports, request);
      return moved.isDone ? { isDone: true, words: '' } : moved;
    }
    case 'rollback':
    case 'clean':
    case 'shutdown':
    case 'restart':
    case 'diagnose':
    case 'undo':
      return await startRun(ports, action, by);
    case 'approve':
    case 'decline':
    case 'cancel':
      return await decideRun(ports, action, by);
    default:
      return action satisfies never;
  }
}

/** What a recovery mended is begun anew by who may start recoveries: its gates shut again, and one may be proposed again. */
async function reopen(ports: SlackPorts, request: PersonMove) {
  const failure = (await ports.failures.get(request.failureId))?.failure;
  if (failure?.status === 'resolved' && failure.how === 'recovery') {
    const forbidden = await mayNotStart(ports, { by: request.by, level: gravestLevel(failure) });
    if (forbidden) return { kind: 'refused' as const, ...forbidden };
  }
  return reopenFailure(ports, request);
}

/** A list or a report is only on this person's screen, and so is a modal: they are drawn anew here. */
async function answer(ports: SlackPorts, action: FailureAction, pressed: Pressed): Promise<ClickAnswer> {
  const { isDone, words, mustBeRead } = pressed;
  const { from, failureId } = action;
  if (from.place === 'more') return await moreAgain(ports, action, words);
  if (!isDone) return { text: words };
  switch (from.place) {
    case 'card':
    case 'thread':
    case 'home':
      return mustBeRead ? { text: words } : undefined;
    case 'list':
      return {
        ...withNews(await showList(ports, from.query), words),
        replaces: true,
      };
    case 'show': {
      const report = await readReport(ports, failureId);
      return report && { ...withNews(reportMessage(report), words), replaces: true };
    }
    default:
      return from satisfies never;
  }
}

/** What was started runs elsewhere, and is said where it was pressed. */
function withNews(message: Message, words: string): Message {
  return words ? { ...message, blocks: [mrkdwn(words), ...message.blocks] } : message;
}
