import type { MessageMetadata } from '@slack/types';
import type { Content } from '../../../response/content.ts';
import { alertMessage } from './alert-message.ts';
import { approvalMessage } from './approval-message.ts';
import { bundleMessage } from './bundle-message.ts';
import { entryMessage } from './entry-message.ts';
import { type Calls, failureCard, type Message } from './failure-card.ts';
import { messageMetadata } from './metadata.ts';
import { pastCard } from './past-card.ts';
import { runMessage } from './run-message.ts';

/** What a message says → what Slack is sent. The token that names the message goes along, so that it can be found again. */
export function renderMessage(
  content: Content,
  { token, ...calls }: Calls & { token: string; plainTable?: boolean },
): Message & { metadata: MessageMetadata } {
  return { ...render(content, token, calls), metadata: messageMetadata(token) };
}

function render(content: Content, token: string, calls: Calls & { plainTable?: boolean }): Message {
  switch (content.kind) {
    case 'card':
      return failureCard(content.card, { ...calls, blockId: token });
    case 'past-card':
      return pastCard(content.card);
    case 'entry':
      return entryMessage(content.entry, calls);
    case 'run':
      return runMessage(content.run, { ...calls, blockId: token });
    case 'approval':
      return approvalMessage(content.approval, { ...calls, blockId: token });
    case 'alert':
      return alertMessage(content.alert, calls);
    case 'bundle':
      return bundleMessage(content.bundle, { ...calls, blockId: token });
    default:
      return content satisfies never;
  }
}
