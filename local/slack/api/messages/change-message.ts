import type { Json } from '../../page-api.ts';
import { nameParts } from '../blocks/name-parts.ts';
import type { Core } from '../core.ts';
import type { Message } from '../state/model.ts';
import { announceChange } from './announce.ts';
import type { Content } from './content.ts';
import { textless } from './content.ts';
import { findMentions } from './mentions.ts';
import { repliesTo, slackMessage } from './shapes.ts';
import { showMessage, showRemoval } from './show.ts';

/**
 * Slack's rules for an edit: text alone removes the blocks and shows "edited"; blocks replace the blocks without that
 * mark; what is not given stays. An edit notifies nobody.
 */
export function editMessage(core: Core, message: Message, content: Content, metadata?: Json): Message {
  const { blocks: oldBlocks, ...withoutBlocks } = message;
  const textAlone = content.text !== undefined && content.blocks === undefined;
  const blocks = content.blocks ? nameParts(content.blocks) : textAlone ? undefined : oldBlocks;
  const text = content.text ?? (content.blocks ? textless : message.text);
  const edited: Message = {
    ...withoutBlocks,
    text,
    ...(blocks && blocks.length > 0 && { blocks }),
    ...(content.attachments && { attachments: content.attachments }),
    ...(metadata && { metadata }),
    ...(textAlone && { edited: { user: message.user, ts: core.store.nextTs(core.now()) } }),
    mentions: findMentions(text, blocks),
  };
  core.store.putMessage(edited);
  showMessage(core, edited);
  announceChange(core, message.channel, {
    subtype: 'message_changed',
    message: slackMessage(core, edited),
    previous_message: slackMessage(core, message),
  });
  return edited;
}

/** A parent with replies leaves a tombstone, so that its thread can still be read. */
export function removeMessage(core: Core, message: Message): void {
  const { channel, ts } = message;
  const hasReplies = message.threadTs === undefined && repliesTo(core, message).length > 0;
  if (hasReplies) {
    const { blocks: _blocks, attachments: _attachments, metadata: _metadata, ...rest } = message;
    const tombstone = {
      ...rest,
      text: 'This message was deleted.',
      user: 'USLACKBOT',
      isTombstone: true,
      reactions: [],
    };
    core.store.putMessage(tombstone);
    showMessage(core, tombstone);
  } else {
    core.store.removeMessage(channel, ts);
    showRemoval(core, message);
    const parent = message.threadTs === undefined ? undefined : core.store.message(channel, message.threadTs);
    if (parent) showMessage(core, parent);
  }
  announceChange(core, channel, {
    subtype: 'message_deleted',
    deleted_ts: ts,
    previous_message: slackMessage(core, message),
  });
}
