import type { Json } from '../../page-api.ts';
import { nameParts } from '../blocks/name-parts.ts';
import type { Core } from '../core.ts';
import type { Channel, Message } from '../state/model.ts';
import { announceMessage } from './announce.ts';
import { findMentions, reachedBy } from './mentions.ts';
import { showMessage } from './show.ts';

export interface NewMessage {
  channel: Channel;
  user: string;
  text: string;
  botId?: string;
  blocks?: Json[] | undefined;
  attachments?: Json[] | undefined;
  threadTs?: string | undefined;
  isBroadcast?: boolean;
  metadata?: Json | undefined;
  clientMsgId?: string;
}

/** Stores a message, then shows it to everybody who may read it, and tells the app. */
export function postMessage(
  core: Core,
  { channel, blocks, attachments, threadTs, metadata, ...rest }: NewMessage,
): Message {
  const mentions = findMentions(rest.text, blocks);
  const message: Message = {
    ...rest,
    channel: channel.id,
    ts: core.store.nextTs(core.now()),
    ...(blocks && blocks.length > 0 && { blocks: nameParts(blocks) }),
    ...(attachments && attachments.length > 0 && { attachments }),
    ...(threadTs !== undefined && { threadTs }),
    ...(metadata && { metadata }),
    reactions: [],
    mentions,
    notified: reachedBy(mentions, channel, core.store.userGroups(), rest.user),
  };
  core.store.putMessage(message);
  showMessage(core, message);
  announceMessage(core, channel, message);
  return message;
}
