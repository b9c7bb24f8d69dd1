import type { PrivateAnswer } from '../answer-privately.ts';
import { cutShort } from '../cards/text-pieces.ts';
import { type Command, parseCommand } from '../commands/parse-command.ts';
import { subcommand, verbs } from '../commands/subcommands.ts';
import { errorText } from '../error-texts.ts';
import { type CommandAnswer, handleCommand } from '../listeners/handle-command.ts';
import { publicAnswer } from '../public-answer.ts';
import { otherWorkspaceText, unknownWorkspaceText } from '../refusal-texts.ts';
import { requestTimeLeft } from '../request-time.ts';
import { type Listening, logFailed } from './interaction.ts';
import { openView } from './open-view.ts';

/** `/failure`: answered to the one who typed it. */
export function listenToCommands({ app, ports, members, answerPrivately }: Listening): void {
  app.command('/failure', async ({ ack, command, client, context }) => {
    const requestId = String(context.requestId);
    try {
      const { command: asked, isPublic } = parseCommand(command.text ?? '');
      const belongs = await members.isOurWorkspace(command);
      if (belongs === 'not-ours') return await ack({ response_type: 'ephemeral', text: otherWorkspaceText });
      if (belongs === 'unknown' && (isPublic || mayChange(asked))) {
        return await ack({ response_type: 'ephemeral', text: unknownWorkspaceText });
      }
      const by = command.user_id;
      const answer = await handleCommand(ports, { command: asked, by, commandId: command.trigger_id, isPublic });
      if ('open' in answer) {
        const triggerId = command.trigger_id;
        const failed = await openView(client, answer.open, { triggerId, isInForm: false, log: ports.log, requestId });
        return await (failed ? ack({ response_type: 'ephemeral', text: failed.problem }) : ack());
      }
      const message = 'messages' in answer ? await sendInOrder(answer, command.response_url) : answer.message;
      if (!isPublic) return await ack({ response_type: 'ephemeral', ...message });
      await ack(await publicAnswer(ports, message, { by, channel: command.channel_id, typed: command.text ?? '' }));
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

function mayChange({ kind }: Command): boolean {
  const verb = verbs.find((one) => one === kind);
  return verb !== undefined && subcommand(verb).changes === true;
}

type Several = Extract<CommandAnswer, { messages: unknown }>;

/** One message takes about this long; the answer itself must still leave in time. */
const enoughMs = 500;
