import type { Json } from '../../page-api.ts';
import type { Core } from '../core.ts';
import type { Channel } from '../state/model.ts';
import { directMessageId } from '../state/seed.ts';

/** Public channels can be read by everybody; others by their members. */
export const mayRead = (channel: Channel, user: string) => channel.kind === 'public' || channel.members.includes(user);

/** The channel as the app may see it: private ones that it isn't in do not exist for it. */
export function channelForApp({ store, app }: Core, id: string): Channel | undefined {
  const channel = store.channel(id);
  return channel && mayRead(channel, app.botUserId) ? channel : undefined;
}

/** The conversation of the app with one person, made when it is first needed. */
export function directMessage({ store, app, now }: Core, user: string): { channel: Channel; isNew: boolean } {
  const id = directMessageId(user);
  const known = store.channel(id);
  if (known) return { channel: known, isNew: false };
  const channel: Channel = {
    id,
    name: '',
    kind: 'im',
    topic: '',
    members: [user, app.botUserId],
    isArchived: false,
    creator: app.botUserId,
    created: Math.floor(now() / 1000),
  };
  store.putChannel(channel);
  return { channel, isNew: true };
}

/** What payloads call a channel: names of private ones are not given away. */
export function payloadChannel(channel: Channel): { id: string; name: string } {
  const names = { public: channel.name, private: 'privategroup', im: 'directmessage' };
  return { id: channel.id, name: names[channel.kind] };
}

/** A channel as the Web API shows it to the app. */
export function slackChannel({ app, team }: Core, channel: Channel): Json {
  const common = { id: channel.id, created: channel.created, is_archived: channel.isArchived, updated: 0 };
  if (channel.kind === 'im') {
    const user = channel.members.find((member) => member !== app.botUserId);
    return { ...common, is_im: true, is_org_shared: false, context_team_id: team.id, user, is_user_deleted: false };
  }
  const isPrivate = channel.kind === 'private';
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !isPrivate,
    is_group: isPrivate,
    is_im: false,
    is_mpim: false,
    is_private: isPrivate,
    is_general: channel.name === 'general',
    is_shared: channel.isShared === true,
    is_org_shared: false,
    is_ext_shared: channel.isShared === true,
    is_pending_ext_shared: false,
    unlinked: 0,
    creator: channel.creator,
    context_team_id: team.id,
    is_member: channel.members.includes(app.botUserId),
    topic: { value: channel.topic, creator: channel.creator, last_set: channel.created },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
    num_members: channel.members.length,
  };
}
