import type { ModalView } from '@slack/types';
import { listFailures } from '../../../report/list-failures.ts';
import { readReport } from '../../../report/read-report.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { listMessage } from '../cards/list-message.ts';
import { reportMessage } from '../cards/report-message.ts';
import { parseCommand } from '../command-text.ts';
import { reportModal } from '../modals/report-modal.ts';
import { helpText, nextStep } from '../texts.ts';
import type { SlackPorts } from './slack-ports.ts';

/** What `/failure …` answers: a private message, or a form to open. */
export async function handleCommand(
  ports: SlackPorts,
  typed: string,
): Promise<{ message: PrivateAnswer } | { open: ModalView }> {
  const command = parseCommand(typed);
  switch (command.kind) {
    case 'report':
      return { open: reportModal({ summary: command.text, privateMetadata: openedAt(ports.now()) }) };
    case 'list': {
      const { kind: _kind, ...query } = command;
      const isKnown = (component: string) => component in ports.policy.components;
      return { message: listMessage({ ...(await listFailures(ports, query)), isKnown }, query) };
    }
    case 'show': {
      const report = await readReport(ports, command.failureId);
      return {
        message: report
          ? reportMessage(report)
          : { text: `There is no ${command.failureId}. ${nextStep.failure_not_found}` },
      };
    }
    case 'help':
      return { message: { text: helpText } };
    case 'unclear':
      return { message: { text: command.problem } };
    default:
      return command satisfies never;
  }
}

/** Carried by the form: what it reports happened before it was opened, and a second submit is the very same signal. */
function openedAt(now: Date): string {
  return JSON.stringify({ openedAt: now.toISOString() });
}
