import type { ModalView } from '@slack/types';
import { acknowledgeFailure } from '../../../failure/acknowledge-failure.ts';
import { reopenFailure } from '../../../failure/reopen-failure.ts';
import { resolveFailure } from '../../../failure/resolve-failure.ts';
import { listFailures } from '../../../report/list-failures.ts';
import { readReport } from '../../../report/read-report.ts';
import type { Action } from '../action-ids.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { listMessage } from '../cards/list-message.ts';
import { reportMessage } from '../cards/report-message.ts';
import { unchangedText } from '../texts.ts';
import { decideRun } from './decide-run.ts';
import { moreAgain, openForm } from './open-form.ts';
import type { SlackPorts } from './slack-ports.ts';
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
}

export async function handleClick(ports: SlackPorts, action: Action, by: string): Promise<ClickAnswer> {
  if (action.do === 'list-page')
    return { ...listMessage(await listFailures(ports, list(action.query)), action.query), replaces: true };
  switch (action.do) {
    case 'more':
    case 'workaround':
    case 'decompose':
    case 'regrade':
      return await openForm(ports, action);
    case 'shutdown':
      // What would be stopped is said by name first; a dry run stops nothing.
      if (!action.dryRun) return await openForm(ports, { ...action, do: 'shutdown' });
      return await answer(ports, action, await carryOut(ports, action, by));
    default:
      return await answer(ports, action, await carryOut(ports, action, by));
  }
}

async function carryOut(
  ports: SlackPorts,
  action: Exclude<FailureAction, { do: 'more' | 'workaround' | 'decompose' | 'regrade' }>,
  by: string,
): Promise<Pressed> {
  const request = { failureId: action.failureId, episode: action.episode, by };
  switch (action.do) {
    case 'acknowledge':
    case 'resolve':
    case 'reopen': {
      const verb = { acknowledge: acknowledgeFailure, resolve: resolveFailure, reopen: reopenFailure }[action.do];
      const transition = await verb(ports, request);
      return transition.kind === 'unchanged'
        ? { isDone: false, words: unchangedText(transition) }
        : { isDone: true, words: '' };
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

/** A list or a report is only on this person's screen, and so is a modal: they are drawn anew here. */
async function answer(ports: SlackPorts, action: FailureAction, { isDone, words }: Pressed): Promise<ClickAnswer> {
  const { from, failureId } = action;
  if (from.place === 'more') return await moreAgain(ports, action, words);
  if (!isDone) return { text: words };
  switch (from.place) {
    case 'card':
    case 'thread':
      return undefined;
    case 'list':
      return { ...listMessage(await listFailures(ports, list(from.query)), from.query), replaces: true };
    case 'show': {
      const report = await readReport(ports, failureId);
      return report && { ...reportMessage(report), replaces: true };
    }
    default:
      return from satisfies never;
  }
}

function list({ minLevel, component, after }: Extract<Action, { query: unknown }>['query']) {
  return { ...(minLevel && { minLevel }), ...(component && { component }), ...(after && { after }) };
}
