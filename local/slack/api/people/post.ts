import { randomUUID } from 'node:crypto';
import type { Answer, MessageRequest } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { personOf } from '../delivery/interaction.ts';
import { mayRead } from '../messages/channels.ts';
import { addMember } from '../messages/membership.ts';
import { postMessage } from '../messages/post-message.ts';
import { typedText } from '../messages/typed-text.ts';
import { SlackError } from '../slack-error.ts';
import type { Channel, Message } from '../state/model.ts';

/** The channel as this person may see it. */
export function channelFor({ store }: Core, id: string, user: string): Channel {
  const channel = store.channel(id);
  if (!channel || !mayRead(channel, user)) throw new SlackError('channel_not_found');
  return channel;
}

export const namesOf = ({ store }: Core) => ({
  users: store.users(),
  channels: store.channels(),
  userGroups: store.userGroups(),
});

/** A person writes in a channel or a thread; in a public channel that they aren't in, they join it by writing. */
export function personPosts(core: Core, { user: id, channel: channelId, text, threadTs }: MessageRequest): Message {
  const user = personOf(core, id);
  const known = channelFor(core, channelId, user.id);
  if (known.isArchived) throw new SlackError('is_archived');
  if (text.trim() === '') throw new SlackError('no_text');
  if (known.kind === 'im' && core.app.manifest.features.app_home.messages_tab_read_only_enabled) {
    throw new SlackError('messages_tab_disabled');
  }
  const parent = threadTs === undefined ? undefined : core.store.message(known.id, threadTs);
  if (threadTs !== undefined && (!parent || parent.threadTs !== undefined)) throw new SlackError('thread_not_found');

  const channel = addMember(core, known, user.id);
  return postMessage(core, {
    channel,
    user: user.id,
    text: typedText(text, namesOf(core), 'message'),
    threadTs,
    clientMsgId: randomUUID(),
  });
}

export function sayInChannel(core: Core, request: MessageRequest): Answer {
  personPosts(core, request);
  return { ok: true };
}
