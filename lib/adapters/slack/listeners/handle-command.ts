import type { ModalView } from '@slack/types';
import { runnerStates } from '../../../recovery/runner-states.ts';
import { listFailures } from '../../../report/list-failures.ts';
import { readReport } from '../../../report/read-report.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { listMessage } from '../cards/list-message.ts';
import { reportMessage } from '../cards/report-message.ts';
import { runnersMessage } from '../cards/runners-message.ts';
import { parseCommand } from '../command-text.ts';
import { nextStep } from '../error-texts.ts';
import { helpText } from '../help-text.ts';
import { reportModal } from '../modals/report-modal.ts';
import { exportMarkdown, wholeExport } from './export-markdown.ts';
import { reportSubject } from './report-subject.ts';
import { runTool } from './run-tool.ts';
import { showGates } from './show-gates.ts';
import { showQueue } from './show-queue.ts';
import type { SlackPorts } from './slack-ports.ts';

/** A private message, several of them one after the other, or a form to open. */
export type CommandAnswer =
  | { message: PrivateAnswer }
  | { messages: PrivateAnswer[]; elsewhere: string }
  | { open: ModalView };

/** What `/failure …` answers. `commandId` is Slack's own name for this one command. */
export async function handleCommand(
  ports: SlackPorts,
  { typed, by, commandId }: { typed: string; by: string; commandId: string },
): Promise<CommandAnswer> {
  const command = parseCommand(typed);
  switch (command.kind) {
    case 'report':
      return {
        open: reportModal({ summary: command.text, privateMetadata: reportSubject({ openedAt: ports.now() }) }),
      };
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
    case 'export': {
      const messages = await exportMarkdown(ports, command.failureId);
      return { messages, elsewhere: wholeExport(command.failureId) };
    }
    case 'queue':
      return { message: await showQueue(ports, command.component ? { component: command.component } : {}) };
    case 'gate':
      return { message: await showGates(ports, command) };
    case 'runners':
      return { message: runnersMessage(runnerStates(ports.policy, await ports.runners.list(), ports.now())) };
    case 'diagnose':
      return { message: await runTool(ports, { tool: 'diagnose', ...command, dryRun: false, by, commandId }) };
    case 'clean':
      return { message: await runTool(ports, { tool: 'clean', ...command, by, commandId }) };
    case 'help':
      return { message: { text: helpText } };
    case 'unclear':
      return { message: { text: command.problem } };
    default:
      return command satisfies never;
  }
}
