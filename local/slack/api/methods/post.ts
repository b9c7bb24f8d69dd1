import { z } from 'zod';
import type { Json } from '../../page-api.ts';
import { nameParts } from '../blocks/name-parts.ts';
import { characters } from '../blocks/text.ts';
import type { Core } from '../core.ts';
import { channelForApp, directMessage } from '../messages/channels.ts';
import { checkContent, isEmpty, textless } from '../messages/content.ts';
import { checkMetadata } from '../messages/metadata.ts';
import { postMessage } from '../messages/post-message.ts';
import { slackMessage } from '../messages/shapes.ts';
import { showEphemeral } from '../messages/show.ts';
import { SlackError } from '../slack-error.ts';
import type { Channel } from '../state/model.ts';
import { defineMethod, flag, structure } from './method.ts';

const longestText = 40_000;

const contentArgs = {
  text: z.string().optional(),
  blocks: structure.optional(),
  attachments: structure.optional(),
  markdown_text: z.string().optional(),
  metadata: structure.optional(),
  thread_ts: z.string().optional(),
};

/** The channel to post in, once everything that forbids it is ruled out. A user's id means their conversation with the app. */
function channelToPostIn(core: Core, id: string): Channel {
  const { app, store } = core;
  const user = store.user(id);
  const channel = user && !user.isBot ? directMessage(core, user.id).channel : channelForApp(core, id);
  if (!channel) throw new SlackError('channel_not_found');
  if (channel.isArchived) throw new SlackError('is_archived');
  const mayPost = channel.members.includes(app.botUserId) || app.scopes.includes('chat:write.public');
  if (!mayPost) throw new SlackError('not_in_channel');
  if (channel.kind === 'im' && !app.manifest.features.app_home.messages_tab_enabled) {
    throw new SlackError('messages_tab_disabled');
  }
  return channel;
}

/** `thread_ts` names a parent: a reply's own ts, or one that isn't there, cannot be replied to. */
function demandParent(core: Core, channel: Channel, threadTs: string | undefined): void {
  if (threadTs === undefined) return;
  const parent = core.store.message(channel.id, threadTs);
  if (!parent) throw new SlackError('thread_not_found');
  if (parent.threadTs !== undefined) throw new SlackError('cannot_reply_to_message');
}

export const postMethods = [
  defineMethod({
    name: 'chat.postMessage',
    tier: 'post',
    scopes: ['chat:write'],
    args: z.object({ channel: z.string(), reply_broadcast: flag, ...contentArgs }),
    run(core, args): Json {
      const { app } = core;
      const channel = channelToPostIn(core, args.channel);
      const content = checkContent(core, { ...args, markdownText: args.markdown_text }, true);
      if (isEmpty(content)) throw new SlackError('no_text');
      const metadata = args.metadata === undefined ? undefined : checkMetadata(args.metadata);
      demandParent(core, channel, args.thread_ts);

      const isTooLong = characters(content.text ?? '') > longestText;
      const text = isTooLong ? [...(content.text ?? '')].slice(0, longestText).join('') : (content.text ?? textless);
      const message = postMessage(core, {
        channel,
        user: app.botUserId,
        botId: app.botId,
        text,
        blocks: content.blocks,
        attachments: content.attachments,
        threadTs: args.thread_ts,
        ...(args.reply_broadcast && args.thread_ts !== undefined && { isBroadcast: true }),
        metadata,
      });
      return {
        channel: channel.id,
        ts: message.ts,
        message: slackMessage(core, message),
        ...(isTooLong && {
          warning: 'message_truncated',
          response_metadata: { warnings: ['message_truncated'] },
        }),
      };
    },
  }),
  defineMethod({
    name: 'chat.postEphemeral',
    tier: 4,
    scopes: ['chat:write'],
    args: z.object({ channel: z.string(), user: z.string(), ...contentArgs }),
    run(core, args) {
      const channel = channelToPostIn(core, args.channel);
      if (!channel.members.includes(args.user)) throw new SlackError('user_not_in_channel');
      const content = checkContent(core, { ...args, markdownText: args.markdown_text }, true);
      if (isEmpty(content)) throw new SlackError('no_text');
      if (characters(content.text ?? '') > longestText) throw new SlackError('msg_too_long');
      demandParent(core, channel, args.thread_ts);
      const ts = core.store.nextTs(core.now());
      showEphemeral(core, {
        channel: channel.id,
        ts,
        to: args.user,
        text: content.text ?? textless,
        ...(content.blocks && { blocks: nameParts(content.blocks) }),
        ...(content.attachments && { attachments: content.attachments }),
        ...(args.thread_ts !== undefined && { threadTs: args.thread_ts }),
      });
      return { message_ts: ts };
    },
  }),
];
