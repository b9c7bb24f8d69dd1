import { z } from 'zod';
import type { Core } from '../core.ts';
import { channelForApp, directMessage, slackChannel } from '../messages/channels.ts';
import { addMember } from '../messages/membership.ts';
import { SlackError } from '../slack-error.ts';
import type { Channel } from '../state/model.ts';
import { defineMethod, demandChannelScope, demandScope, flag, wholeNumber } from './method.ts';
import { page } from './paging.ts';

export const readScopes = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];

export function readableChannel(core: Core, id: string, right: 'read' | 'history'): Channel {
  const channel = channelForApp(core, id);
  if (!channel) throw new SlackError('channel_not_found');
  demandChannelScope(core, channel, right);
  return channel;
}

/** Slack's own range: 1 to 999, and 100 when nothing is said. */
function limitOf(limit: number | undefined): number {
  if (limit !== undefined && (limit < 1 || limit > 1000)) throw new SlackError('invalid_limit');
  return Math.min(limit ?? 100, 999);
}

const kinds = { public_channel: 'public', private_channel: 'private', im: 'im', mpim: undefined } as const;

export const conversationMethods = [
  defineMethod({
    name: 'conversations.info',
    tier: 3,
    scopes: readScopes,
    takesJson: false,
    args: z.object({ channel: z.string(), include_num_members: flag }),
    run(core, args) {
      const channel = readableChannel(core, args.channel, 'read');
      const { num_members, ...shown } = slackChannel(core, channel);
      return { channel: args.include_num_members ? { ...shown, num_members } : shown };
    },
  }),
  defineMethod({
    name: 'conversations.list',
    tier: 2,
    scopes: readScopes,
    takesJson: false,
    args: z.object({
      cursor: z.string().optional(),
      limit: wholeNumber,
      exclude_archived: flag,
      types: z.string().default('public_channel'),
    }),
    run(core, args) {
      const wanted = args.types.split(',').map((type) => type.trim());
      if (wanted.some((type) => !(type in kinds))) throw new SlackError('invalid_types');
      const wantedKinds = wanted.map((type) => kinds[type as keyof typeof kinds]);
      const needed = { public: 'channels:read', private: 'groups:read', im: 'im:read' };
      for (const kind of wantedKinds) demandScope(core, kind === undefined ? 'mpim:read' : needed[kind]);
      const visible = core.store
        .channels()
        .filter((channel) => wantedKinds.includes(channel.kind) && channelForApp(core, channel.id))
        .filter((channel) => !(args.exclude_archived && channel.isArchived));
      const { items, nextCursor } = page(visible, { cursor: args.cursor, limit: limitOf(args.limit) }, (c) => c.id);
      return {
        channels: items.map((channel) => slackChannel(core, channel)),
        response_metadata: { next_cursor: nextCursor },
      };
    },
  }),
  defineMethod({
    name: 'conversations.members',
    tier: 4,
    scopes: readScopes,
    takesJson: false,
    args: z.object({ channel: z.string(), cursor: z.string().optional(), limit: wholeNumber }),
    run(core, args) {
      const { members } = readableChannel(core, args.channel, 'read');
      const { items, nextCursor } = page(members, { cursor: args.cursor, limit: limitOf(args.limit) }, (id) => id);
      return { members: items, response_metadata: { next_cursor: nextCursor } };
    },
  }),
  defineMethod({
    name: 'conversations.join',
    tier: 3,
    scopes: ['channels:join'],
    args: z.object({ channel: z.string() }),
    run(core, args) {
      const { app } = core;
      const channel = channelForApp(core, args.channel);
      if (!channel) throw new SlackError('channel_not_found');
      if (channel.kind !== 'public') throw new SlackError('method_not_supported_for_channel_type');
      if (channel.isArchived) throw new SlackError('is_archived');
      if (channel.members.includes(app.botUserId)) {
        return {
          channel: slackChannel(core, channel),
          warning: 'already_in_channel',
          response_metadata: { warnings: ['already_in_channel'] },
        };
      }
      const joined = addMember(core, channel, app.botUserId);
      return { channel: slackChannel(core, joined) };
    },
  }),
  defineMethod({
    name: 'conversations.open',
    tier: 3,
    scopes: ['im:write'],
    args: z.object({ channel: z.string().optional(), users: z.string().optional(), return_im: flag }),
    run(core, args) {
      const { store } = core;
      if (args.channel !== undefined) {
        const channel = channelForApp(core, args.channel);
        if (channel?.kind !== 'im') throw new SlackError('channel_not_found');
        return { no_op: true, already_open: true, channel: { id: channel.id } };
      }
      const users = (args.users ?? '').split(',').filter((id) => id !== '');
      const [user] = users;
      if (user === undefined) throw new SlackError('users_list_not_supplied');
      if (users.length > 1) demandScope(core, 'mpim:write');
      if (users.length > 1) throw new SlackError('invalid_user_combination');
      if (!store.user(user) || store.user(user)?.isBot) throw new SlackError('user_not_found');
      const { channel, isNew } = directMessage(core, user);
      return {
        ...(!isNew && { no_op: true, already_open: true }),
        channel: args.return_im ? slackChannel(core, channel) : { id: channel.id },
      };
    },
  }),
];
