import type { PrivateAnswer } from '../answer-privately.ts';
import { cutShort } from '../cards/text-pieces.ts';
import { parseCommand } from '../command-text.ts';
import { errorText } from '../error-texts.ts';
import { type CommandAnswer, handleCommand } from '../listeners/handle-command.ts';
import { otherWorkspaceText, unknownWorkspaceText } from '../refusal-texts.ts';
import { requestTimeLeft } from '../request-time.ts';
import { type Listening, logFailed } from './interaction.ts';
import { openView } from './open-view.ts';

/** The others show something, or open a form that is checked when it is sent off. */
const changing: ReturnType<typeof parseCommand>['kind'][] = ['diagnose', 'clean'];

/** `/failure`: answered to the one who typed it. */
export function listenToCommands({ app, ports, members, answerPrivately }: Listening): void {
  app.command('/failure', async ({ ack, command, client, context }) => {
    const requestId = String(context.requestId);
    try {
      const typed = command.text ?? '';
      const belongs = await members.isOurWorkspace(command);
      if (belongs === 'not-ours') return await ack({ response_type: 'ephemeral', text: otherWorkspaceText });
      if (belongs === 'unknown' && changing.includes(parseCommand(typed).kind)) {
        return await ack({ response_type: 'ephemeral', text: unknownWorkspaceText });
      }
      const answer = await handleCommand(ports, {
        typed,
        by: command.user_id,
        commandId: command.trigger_id,
      });
      if ('message' in answer) {
        await ack({ response_type: 'ephemeral', ...answer.message });
        return;
      }
      if ('messages' in answer) {
        return await ack({ response_type: 'ephemeral', ...(await sendInOrder(answer, command.response_url)) });
      }
      const triggerId = command.trigger_id;
      const failed = await openView(client, answer.open, { triggerId, isInForm: false, log: ports.log, requestId });
      if (!failed) return await ack();
      await ack({ response_type: 'ephemeral', text: failed.problem });
    } catch (error) {
      logFailed(ports.log, error, requestId);
      await ack({ response_type: 'ephemeral', text: errorText(error, requestId) });
    }
  });

  /** All but the last, which comes back: the answer to the command itself stands below them. In time, or said loudly. */
  async function sendInOrder({ messages, elsewhere }: Several, url: string): Promise<PrivateAnswer> {
    for (const [index, message] of messages.entries()) {
      const left = messages.length - index - 1;
      if (left === 0) return message;
      const hasTime = (requestTimeLeft() ?? enoughMs) >= enoughMs;
      if (hasTime && (await answerPrivately(url, message))) continue;
      return cutShort(message, { left, elsewhere });
    }
    return { text: elsewhere };
  }
}

type Several = Extract<CommandAnswer, { messages: unknown }>;

/** One message takes about this long; the answer itself must still leave in time. */
const enoughMs = 500;
