import type { Json, PageMessage } from '../../page-api.ts';
import type { Core, Ephemeral } from '../core.ts';
import type { Message } from '../state/model.ts';

export const repliesTo = ({ store }: Core, { channel, ts }: { channel: string; ts: string }): Message[] =>
  store.replies(channel, ts);

/** A message as the Web API and payloads show it. */
export function slackMessage(core: Core, message: Message, { withMetadata = true } = {}): Json {
  const { app, team, store } = core;
  const replies = message.threadTs === undefined ? repliesTo(core, message) : [];
  const parent = message.threadTs === undefined ? undefined : store.message(message.channel, message.threadTs);
  return {
    type: 'message',
    ...(message.isTombstone && { subtype: 'tombstone', hidden: true }),
    ...(message.isBroadcast && { subtype: 'thread_broadcast' }),
    user: message.user,
    ...(message.botId !== undefined && {
      bot_id: message.botId,
      app_id: app.appId,
      bot_profile: {
        id: message.botId,
        app_id: app.appId,
        name: app.manifest.display_information.name,
        team_id: team.id,
        deleted: false,
      },
    }),
    ...(message.clientMsgId !== undefined && { client_msg_id: message.clientMsgId }),
    team: team.id,
    text: message.text,
    ts: message.ts,
    ...(message.blocks && { blocks: message.blocks }),
    ...(message.attachments && { attachments: message.attachments }),
    ...(message.edited && { edited: message.edited }),
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs, parent_user_id: parent?.user }),
    ...(replies.length > 0 && {
      thread_ts: message.ts,
      reply_count: replies.length,
      reply_users: [...new Set(replies.map((reply) => reply.user))],
      reply_users_count: new Set(replies.map((reply) => reply.user)).size,
      latest_reply: replies.at(-1)?.ts,
      is_locked: false,
      subscribed: replies.some((reply) => reply.botId !== undefined),
    }),
    ...(message.reactions.length > 0 && {
      reactions: message.reactions.map(({ name, users }) => ({ name, users, count: users.length })),
    }),
    ...(withMetadata && message.metadata && { metadata: message.metadata }),
  };
}

export function pageMessage(core: Core, message: Message): PageMessage {
  const replyCount = message.threadTs === undefined ? repliesTo(core, message).length : 0;
  const unfurls = (message.attachments ?? []).flatMap(({ from_url, blocks }) =>
    typeof from_url === 'string' && Array.isArray(blocks) ? [{ url: from_url, blocks: blocks as Json[] }] : [],
  );
  return {
    channel: message.channel,
    ts: message.ts,
    ...(message.threadTs !== undefined && { threadTs: message.threadTs }),
    user: message.user,
    text: message.text,
    ...(message.blocks && { blocks: message.blocks }),
    ...(unfurls.length > 0 && { unfurls }),
    ...(message.edited && { edited: true }),
    ...(replyCount > 0 && { replyCount }),
    ...(message.metadata && { metadata: message.metadata }),
  };
}

export function pageEphemeral(core: Core, ephemeral: Ephemeral): PageMessage {
  return {
    channel: ephemeral.channel,
    ts: ephemeral.ts,
    ...(ephemeral.threadTs !== undefined && { threadTs: ephemeral.threadTs }),
    user: core.app.botUserId,
    text: ephemeral.text,
    ...(ephemeral.blocks && { blocks: ephemeral.blocks }),
    ephemeralTo: ephemeral.to,
  };
}
