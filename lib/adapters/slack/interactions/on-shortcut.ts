import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { shortcuts } from '../action-ids.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { errorText } from '../error-texts.ts';
import { reportFromMessage } from '../listeners/report-message.ts';
import { reportSubject } from '../listeners/report-subject.ts';
import { Sender } from '../listeners/whose.ts';
import { SlackMessage } from '../messages/slack-message.ts';
import { reportModal } from '../modals/report-modal.ts';
import { otherWorkspaceText } from '../refusal-texts.ts';
import { unknownShortcutText } from '../shortcut-texts.ts';
import { tellDirectly } from '../tell-directly.ts';
import { type Listening, logFailed } from './interaction.ts';
import { openView } from './open-view.ts';

const Used = Sender.extend({
  callback_id: z.string(),
  trigger_id: z.string(),
  api_app_id: z.string().optional(),
  /** Only a message's shortcut has one. */
  response_url: z.string().optional(),
});
const OnMessage = z.object({
  message: SlackMessage,
  channel: z.object({ id: z.string().max(40), name: z.string().default('') }),
});

/** Shortcuts: the one in the menu of a message, and the one from anywhere. Both open the report form. */
export function listenToShortcuts({ app, ports, members, answerPrivately }: Listening): void {
  app.shortcut(/.*/, async ({ ack, body, client, context }) => {
    await ack();
    const used = Used.parse(body);
    const requestId = String(context.requestId);
    const answer = await answerTo(used, body, requestId);
    if (!('open' in answer)) return await tell(answer);
    const { trigger_id: triggerId } = used;
    const failed = await openView(client, answer.open, { triggerId, isInForm: false, log: ports.log, requestId });
    if (failed) await tell({ text: failed.problem });

    async function tell(words: PrivateAnswer): Promise<void> {
      if (used.response_url && (await answerPrivately(used.response_url, words))) return;
      await tellDirectly(client, { user: used.user.id, text: words.text, log: ports.log });
    }
  });

  async function answerTo(
    used: z.infer<typeof Used>,
    body: unknown,
    requestId: string,
  ): Promise<{ open: ModalView } | PrivateAnswer> {
    try {
      if ((await members.isMember(used)) === 'not-ours') return { text: otherWorkspaceText };
      switch (used.callback_id) {
        case shortcuts.report: {
          const privateMetadata = reportSubject({ openedAt: ports.now() });
          return { open: reportModal({ summary: '', privateMetadata }) };
        }
        case shortcuts.reportMessage:
          return await reportFromMessage(ports, { ...OnMessage.parse(body), ownApp: used.api_app_id }, used.user.id);
        default:
          return { text: unknownShortcutText };
      }
    } catch (error) {
      logFailed(ports.log, error, requestId);
      return { text: errorText(error, requestId) };
    }
  }
}
