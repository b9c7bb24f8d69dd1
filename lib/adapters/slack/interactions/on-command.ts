import { handleCommand } from '../listeners/handle-command.ts';
import { errorText, otherWorkspaceText } from '../texts.ts';
import { type Listening, logFailed } from './interaction.ts';
import { openView } from './open-view.ts';

/** `/failure`: answered to the one who typed it. */
export function listenToCommands({ app, ports, members, answerPrivately }: Listening): void {
  app.command('/failure', async ({ ack, command, client, context }) => {
    const requestId = String(context.requestId);
    try {
      if (!(await members.isOurWorkspace(command))) {
        return await ack({ response_type: 'ephemeral', text: otherWorkspaceText });
      }
      const answer = await handleCommand(ports, {
        typed: command.text ?? '',
        by: command.user_id,
        commandId: command.trigger_id,
      });
      if ('message' in answer) {
        await ack({ response_type: 'ephemeral', ...answer.message });
        return;
      }
      if ('messages' in answer) {
        // In this order, and the answer to the command itself would come after them.
        for (const message of answer.messages) await answerPrivately(command.response_url, message);
        return await ack();
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
}
