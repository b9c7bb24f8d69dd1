import { z } from 'zod';
import { characters } from '../blocks/text.ts';
import type { Core } from '../core.ts';
import { editMessage, removeMessage } from '../messages/change-message.ts';
import { channelForApp } from '../messages/channels.ts';
import { checkContent, isEmpty } from '../messages/content.ts';
import { checkMetadata } from '../messages/metadata.ts';
import { slackMessage } from '../messages/shapes.ts';
import { SlackError } from '../slack-error.ts';
import type { Message } from '../state/model.ts';
import { defineMethod, structure } from './method.ts';

const longestEdit = 4_000;

function existing(core: Core, channelId: string, ts: string): Message {
  const channel = channelForApp(core, channelId);
  if (!channel) throw new SlackError('channel_not_found');
  const message = core.store.message(channel.id, ts);
  if (!message || message.isTombstone) throw new SlackError('message_not_found');
  return message;
}

export const chatMethods = [
  defineMethod({
    name: 'chat.update',
    tier: 3,
    scopes: ['chat:write'],
    args: z.object({
      channel: z.string(),
      ts: z.string(),
      text: z.string().optional(),
      blocks: structure.optional(),
      attachments: structure.optional(),
      markdown_text: z.string().optional(),
      metadata: structure.optional(),
    }),
    run(core, args) {
      const message = existing(core, args.channel, args.ts);
      if (message.botId !== core.app.botId) throw new SlackError('cant_update_message');
      if (characters(args.text ?? '') > longestEdit) throw new SlackError('msg_too_long');
      const content = checkContent(core, { ...args, markdownText: args.markdown_text }, true);
      const metadata = args.metadata === undefined ? undefined : checkMetadata(args.metadata);
      const givesContent = Object.keys(content).length > 0;
      if (givesContent ? isEmpty(content) : metadata === undefined) throw new SlackError('no_text');
      const edited = editMessage(core, message, content, metadata);
      return { channel: edited.channel, ts: edited.ts, text: edited.text, message: slackMessage(core, edited) };
    },
  }),
  defineMethod({
    name: 'chat.delete',
    tier: 3,
    scopes: ['chat:write'],
    args: z.object({ channel: z.string(), ts: z.string() }),
    run(core, { channel, ts }) {
      const message = existing(core, channel, ts);
      if (message.botId !== core.app.botId) throw new SlackError('cant_delete_message');
      removeMessage(core, message);
      return { channel, ts };
    },
  }),
  defineMethod({
    name: 'chat.getPermalink',
    tier: 'special',
    takesJson: false,
    args: z.object({ channel: z.string(), message_ts: z.string() }),
    run(core, { channel, message_ts }) {
      const message = existing(core, channel, message_ts);
      const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel}`;
      const permalink = `${core.url()}/archives/${channel}/p${message_ts.replace('.', '')}${thread}`;
      return { channel, permalink };
    },
  }),
];
