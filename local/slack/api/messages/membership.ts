import type { Core } from '../core.ts';
import { sendEvent } from '../delivery/events.ts';
import type { Channel } from '../state/model.ts';

/** Somebody, or the app, comes into a channel; the app hears of it where it is a member itself. */
export function addMember(core: Core, channel: Channel, user: string, inviter?: string): Channel {
  if (channel.members.includes(user)) return channel;
  const joined = { ...channel, members: [...channel.members, user] };
  core.store.putChannel(joined);
  if (joined.members.includes(core.app.botUserId)) {
    sendEvent(core, {
      type: 'member_joined_channel',
      user,
      channel: channel.id,
      channel_type: channel.kind === 'private' ? 'G' : 'C',
      team: core.team.id,
      ...(inviter !== undefined && { inviter }),
    });
  }
  return joined;
}
