import { z } from 'zod';
import type { Core } from '../core.ts';
import { repliesTo, slackMessage } from '../messages/shapes.ts';
import { SlackError } from '../slack-error.ts';
import type { Channel, Message } from '../state/model.ts';
import { readableChannel } from './conversations.ts';
import { defineMethod, flag, wholeNumber } from './method.ts';
import { page } from './paging.ts';

const scopes = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
const longestPage = 999;

const rangeArgs = {
  channel: z.string(),
  cursor: z.string().optional(),
  limit: wholeNumber,
  oldest: z.union([z.string(), z.number().transform(String)]).optional(),
  latest: z.union([z.string(), z.number().transform(String)]).optional(),
  inclusive: flag,
  include_all_metadata: flag,
};

interface Range {
  oldest?: string | undefined;
  latest?: string | undefined;
  inclusive?: boolean | undefined;
}

/** Bounds are left out unless `inclusive` says otherwise. */
function withinRange({ oldest, latest, inclusive }: Range): (message: Message) => boolean {
  const low = bound(oldest, 'invalid_ts_oldest') ?? -1;
  const high = bound(latest, 'invalid_ts_latest') ?? Number.POSITIVE_INFINITY;
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= low && at <= high : at > low && at < high;
  };
}

function bound(ts: string | undefined, error: string): number | undefined {
  if (ts === undefined || ts === '') return undefined;
  if (!/^\d+(\.\d+)?$/.test(ts)) throw new SlackError(error);
  return Number(ts);
}

function readChannel(core: Core, id: string): Channel {
  const channel = readableChannel(core, id, 'history');
  if (!channel.members.includes(core.app.botUserId)) throw new SlackError('not_in_channel');
  return channel;
}

export const historyMethods = [
  defineMethod({
    name: 'conversations.history',
    tier: 3,
    scopes,
    args: z.object(rangeArgs),
    run(core, args) {
      const channel = readChannel(core, args.channel);
      const isWithin = withinRange(args);
      const found = core.store
        .messages(channel.id)
        .filter((message) => message.threadTs === undefined || message.isBroadcast)
        .filter(isWithin)
        .reverse();
      const limit = Math.min(args.limit ?? 100, longestPage);
      const { items, nextCursor } = page(found, { cursor: args.cursor, limit }, (message) => message.ts);
      return {
        messages: items.map((m) => slackMessage(core, m, { withMetadata: args.include_all_metadata === true })),
        has_more: nextCursor !== '',
        pin_count: 0,
        channel_actions_ts: null,
        channel_actions_count: 0,
        ...(args.latest && { latest: args.latest }),
        ...(nextCursor !== '' && { response_metadata: { next_cursor: nextCursor } }),
      };
    },
  }),
  defineMethod({
    name: 'conversations.replies',
    tier: 3,
    scopes,
    takesJson: false,
    args: z.object({ ...rangeArgs, ts: z.string() }),
    run(core, args) {
      const channel = readChannel(core, args.channel);
      const named = core.store.message(channel.id, args.ts);
      if (!named) throw new SlackError('thread_not_found');
      const parent = named.threadTs === undefined ? named : core.store.message(channel.id, named.threadTs);
      if (!parent) throw new SlackError('thread_not_found');
      const isWithin = withinRange(args);
      const replies = repliesTo(core, parent).filter(isWithin);
      const limit = Math.min(args.limit ?? 1000, longestPage);
      const { items, nextCursor } = page(replies, { cursor: args.cursor, limit }, (message) => message.ts);
      const show = (message: Message) =>
        slackMessage(core, message, { withMetadata: args.include_all_metadata === true });
      return {
        // Every page of a thread begins with its parent.
        messages: [show(parent), ...items.map(show)],
        has_more: nextCursor !== '',
        ...(nextCursor !== '' && { response_metadata: { next_cursor: nextCursor } }),
      };
    },
  }),
];
