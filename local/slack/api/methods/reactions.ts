import { z } from 'zod';
import type { Core } from '../core.ts';
import { channelForApp } from '../messages/channels.ts';
import { react, unreact } from '../messages/react.ts';
import { SlackError } from '../slack-error.ts';
import type { Message } from '../state/model.ts';
import { defineMethod } from './method.ts';

const args = z.object({ channel: z.string(), timestamp: z.string(), name: z.string() });

function target(core: Core, { channel: id, timestamp, name }: z.infer<typeof args>): Message {
  const channel = channelForApp(core, id);
  if (!channel) throw new SlackError('channel_not_found');
  if (channel.isArchived) throw new SlackError('is_archived');
  if (!/^\d+\.\d{6}$/.test(timestamp)) throw new SlackError('bad_timestamp');
  if (!/^[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?$/.test(name)) throw new SlackError('invalid_name');
  const message = core.store.message(id, timestamp);
  if (!message || message.isTombstone) throw new SlackError('message_not_found');
  return message;
}

export const reactionMethods = [
  defineMethod({
    name: 'reactions.add',
    tier: 3,
    scopes: ['reactions:write'],
    args,
    run(core, given) {
      if (!react(core, target(core, given), given.name, core.app.botUserId)) throw new SlackError('already_reacted');
      return {};
    },
  }),
  defineMethod({
    name: 'reactions.remove',
    tier: 2,
    scopes: ['reactions:write'],
    args,
    run(core, given) {
      if (!unreact(core, target(core, given), given.name, core.app.botUserId)) throw new SlackError('no_reaction');
      return {};
    },
  }),
];
