import { randomUUID } from 'node:crypto';
import type { Json } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { sendEvent } from '../delivery/events.ts';
import type { Channel, Message } from '../state/model.ts';
import { linksIn } from './links.ts';
import { slackMessage } from './shapes.ts';

const channelTypes = { public: 'channel', private: 'group', im: 'im' } as const;
const subscriptions = { public: 'message.channels', private: 'message.groups', im: 'message.im' } as const;

/** The events that a new message causes, for an app that is in the channel. */
export function announceMessage(core: Core, channel: Channel, message: Message): void {
  const { app } = core;
  if (!channel.members.includes(app.botUserId)) return;
  const common = { ...slackMessage(core, message), channel: channel.id, event_ts: message.ts };
  sendEvent(core, { ...common, channel_type: channelTypes[channel.kind] }, subscriptions[channel.kind]);
  if (message.botId !== undefined) return;
  if (message.mentions.users.includes(app.botUserId)) {
    sendEvent(core, { ...common, type: 'app_mention' });
  }
  announceLinks(core, channel, message);
}

/** What happened to a message later: `message_changed` or `message_deleted`. */
export function announceChange(core: Core, channelId: string, change: Json): void {
  const channel = core.store.channel(channelId);
  if (!channel?.members.includes(core.app.botUserId)) return;
  const ts = core.store.nextTs(core.now());
  const event = {
    type: 'message',
    ...change,
    channel: channelId,
    channel_type: channelTypes[channel.kind],
    hidden: true,
  };
  sendEvent(core, { ...event, ts, event_ts: ts }, subscriptions[channel.kind]);
}

function announceLinks(core: Core, channel: Channel, message: Message): void {
  const links = linksIn(core, message);
  if (links.length === 0) return;
  sendEvent(core, {
    type: 'link_shared',
    channel: channel.id,
    is_bot_user_member: true,
    user: message.user,
    message_ts: message.ts,
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    unfurl_id: randomUUID(),
    source: 'conversations_history',
    links,
  });
}
