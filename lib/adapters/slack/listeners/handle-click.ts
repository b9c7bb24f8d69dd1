import { acknowledgeFailure } from '../../../failure/acknowledge-failure.ts';
import type { Transition } from '../../../failure/failure.ts';
import { reopenFailure } from '../../../failure/reopen-failure.ts';
import { resolveFailure } from '../../../failure/resolve-failure.ts';
import { requestRecovery } from '../../../recovery/request-recovery.ts';
import { listFailures } from '../../../report/list-failures.ts';
import { readReport } from '../../../report/read-report.ts';
import type { Action } from '../action-ids.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { listMessage } from '../cards/list-message.ts';
import { reportMessage } from '../cards/report-message.ts';
import { recoveryRefusedText, unchangedText } from '../texts.ts';
import type { SlackPorts } from './slack-ports.ts';

type FailureAction = Extract<Action, { failureId: unknown }>;

/** What a button does. Undefined: the card itself shows it in a moment. */
export async function handleClick(ports: SlackPorts, action: Action, by: string): Promise<PrivateAnswer | undefined> {
  if (action.do === 'list-page')
    return { ...listMessage(await listFailures(ports, list(action.query)), action.query), replaces: true };
  const refused = await carryOut(ports, action, by);
  if (refused) return { text: refused };
  return redraw(ports, action);
}

/** Why it was not done, or undefined when it was. */
async function carryOut(ports: SlackPorts, action: FailureAction, by: string): Promise<string | undefined> {
  const request = { failureId: action.failureId, episode: action.episode, by };
  switch (action.do) {
    case 'acknowledge':
      return refusal(await acknowledgeFailure(ports, request));
    case 'resolve':
      return refusal(await resolveFailure(ports, request));
    case 'reopen':
      return refusal(await reopenFailure(ports, request));
    case 'rollback': {
      const asked = await requestRecovery(ports, { ...request, strategy: 'rollback-and-retry' });
      return asked.kind === 'refused' ? recoveryRefusedText(asked) : undefined;
    }
    default:
      return action satisfies never;
  }
}

function refusal(transition: Transition): string | undefined {
  return transition.kind === 'unchanged' ? unchangedText(transition) : undefined;
}

/** A list or a report is only on this person's screen, so it is drawn anew here. */
async function redraw(ports: SlackPorts, { from, failureId }: FailureAction): Promise<PrivateAnswer | undefined> {
  switch (from.place) {
    case 'card':
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
