import type { ModalView } from '@slack/types';
import type { FailureId } from '../../../failure/ids.ts';
import { runnerStates } from '../../../recovery/runner-states.ts';
import { readReport } from '../../../report/read-report.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { reportMessage } from '../cards/report-message.ts';
import { runnersMessage } from '../cards/runners-message.ts';
import { helpText } from '../commands/help-text.ts';
import { meantFilters } from '../commands/list-filters.ts';
import type { Command } from '../commands/parse-command.ts';
import type { FailureRef } from '../commands/read-ref.ts';
import { nextStep } from '../error-texts.ts';
import { escapeAndClip, escapeMrkdwn } from '../escape.ts';
import { limits } from '../limits.ts';
import { muteModal } from '../modals/mute-modal.ts';
import { reportModal } from '../modals/report-modal.ts';
import { noFailureText } from '../refusal-texts.ts';
import { openEditReport } from './edit-report-by-hand.ts';
import { exportMarkdown, showPostMortem, wholeExport } from './export-markdown.ts';
import { findFailure } from './find-failure.ts';
import { mergeAs } from './merge-by-hand.ts';
import { muteAs, unmuteAs } from './mute-by-hand.ts';
import { reportSubject } from './report-subject.ts';
import { runTool } from './run-tool.ts';
import { showChecklist } from './show-checklist.ts';
import { showGates } from './show-gates.ts';
import { showList } from './show-list.ts';
import { showMutes } from './show-mutes.ts';
import { showQueue } from './show-queue.ts';
import { showSearch } from './show-search.ts';
import type { SlackPorts } from './slack-ports.ts';
import { splitAs } from './split-by-hand.ts';

/** A private message, several of them one after the other, or a form to open. */
export type CommandAnswer =
  | { message: PrivateAnswer }
  | { messages: PrivateAnswer[]; elsewhere: string }
  | { open: ModalView };

/** What `/failure …` answers. `commandId` is Slack's own name for this one command. */
export async function handleCommand(
  ports: SlackPorts,
  { command, by, commandId, isPublic = false }: { command: Command; by: string; commandId: string; isPublic?: boolean },
): Promise<CommandAnswer> {
  switch (command.kind) {
    case 'report':
      return {
        open: reportModal({
          summary: command.text,
          ...cutNote(command.text),
          privateMetadata: reportSubject({ openedAt: ports.now() }),
        }),
      };
    case 'list':
      return { message: await showList(ports, meantFilters(command.filters, { by, now: ports.now() })) };
    case 'search': {
      const filter = meantFilters(command.filters, { by, now: ports.now() });
      return { message: await showSearch(ports, { words: command.words, filter }) };
    }
    case 'show':
    case 'edit':
    case 'export':
    case 'postmortem':
    case 'split':
      return await withFailure(ports, command.failure, (failureId) =>
        about(ports, { kind: command.kind, failureId, by }),
      );
    case 'merge': {
      const [one, other] = command.failures;
      return await withFailure(ports, one, (first) =>
        withFailure(ports, other, async (second) => ({
          message: { text: (await mergeAs(ports, [first, second], by)).words },
        })),
      );
    }
    case 'queue':
      return { message: await showQueue(ports, command.component ? { component: command.component } : {}) };
    case 'gate':
      return { message: await showGates(ports, command) };
    case 'runners':
      return { message: runnersMessage(runnerStates(ports.policy, await ports.runners.list(), ports.now())) };
    case 'mute': {
      if (!command.mute) return { message: await showMutes(ports) };
      const { component, forMs, reason } = command.mute;
      if (forMs === undefined || reason === '') return { open: muteModal({ component, forMs, reason }) };
      return { message: { text: await muteAs(ports, { component, forMs, reason, by }) } };
    }
    case 'unmute':
      return { message: { text: await unmuteAs(ports, { component: command.component, by }) } };
    case 'checklist':
      return { message: await showChecklist(ports, { component: command.component, by, isPublic }) };
    case 'diagnose':
      return { message: await runTool(ports, { tool: 'diagnose', ...command, dryRun: false, by, commandId }) };
    case 'clean':
      return { message: await runTool(ports, { tool: 'clean', ...command, by, commandId }) };
    case 'no-component':
      return { message: { text: await componentInstead(ports, command) } };
    case 'help':
      return { message: { text: helpText(command.about) } };
    case 'unclear':
      return { message: { text: command.problem } };
    default:
      return command satisfies never;
  }
}

/** What the form has no room for stands above it, to be copied to where it belongs. */
function cutNote(text: string): { note?: string } {
  const rest = Array.from(text)
    .slice(limits.plainTextInput - 1)
    .join('');
  return rest ? { note: `*It is longer than what fits here.* The rest: ${escapeAndClip(rest, 1800)}` } : {};
}

/** Named by its id or the beginning of it. */
async function withFailure(
  ports: SlackPorts,
  ref: FailureRef,
  answer: (failureId: FailureId) => Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  const found = await findFailure(ports, ref);
  return 'problem' in found ? { message: { text: found.problem } } : answer(found.failureId);
}

/** It is of a component, which is what was meant. */
async function componentInstead(
  { failures }: SlackPorts,
  { verb, failureId, more }: Extract<Command, { kind: 'no-component' }>,
): Promise<string> {
  const stored = await failures.get(failureId);
  if (!stored) return noFailureText(failureId);
  const { component } = stored.failure;
  const again = escapeAndClip([verb, component, ...more].join(' ').replaceAll('`', ''), 250);
  return `${failureId} is a failure, its component is *${escapeMrkdwn(component)}*: \`/failure ${again}\``;
}

async function about(
  ports: SlackPorts,
  {
    kind,
    failureId,
    by,
  }: { kind: 'show' | 'edit' | 'export' | 'postmortem' | 'split'; failureId: FailureId; by: string },
): Promise<CommandAnswer> {
  switch (kind) {
    case 'show': {
      const report = await readReport(ports, failureId);
      const unknown = { text: `There is no ${failureId}. ${nextStep.failure_not_found}` };
      return { message: report ? reportMessage(report) : unknown };
    }
    case 'edit': {
      const stored = await ports.failures.get(failureId);
      if (!stored) return { message: { text: noFailureText(failureId) } };
      const opened = await openEditReport(ports, stored.failure);
      return 'open' in opened ? opened : { message: opened };
    }
    case 'export':
      return { messages: await exportMarkdown(ports, failureId), elsewhere: wholeExport(failureId) };
    case 'postmortem':
      return { messages: await showPostMortem(ports, failureId), elsewhere: wholeExport(failureId) };
    case 'split':
      return { message: { text: (await splitAs(ports, { failureId, by })).words } };
    default:
      return kind satisfies never;
  }
}
