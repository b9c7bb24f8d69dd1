import type { Core } from '../core.ts';
import { addMember } from '../messages/membership.ts';
import { SlackError } from '../slack-error.ts';
import type { Channel } from '../state/model.ts';

type BuiltIn = (core: Core, channel: Channel, rest: string, by: string) => void;

/** Commands that every workspace has: they never reach the app. */
export const builtInCommands: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['/invite', invite],
  ['/archive', archive],
  ['/share', share],
]);

/** `/invite @name`: how the app gets into a private channel. */
function invite(core: Core, channel: Channel, rest: string, by: string): void {
  demandMember(channel, by);
  const name = rest.trim().replace(/^@/, '');
  const invited = core.store.users().find((user) => user.name === name);
  if (!invited) throw new SlackError('user_not_found');
  addMember(core, channel, invited.id, by);
}

/** `/archive`: nothing can be posted there any more. */
function archive(core: Core, channel: Channel, _rest: string, by: string): void {
  demandMember(channel, by);
  if (channel.name === 'general') throw new SlackError('cant_archive_general');
  core.store.putChannel({ ...channel, isArchived: true });
}

/** `/share`: from now on another organization is in the channel, too (in Slack a dialog). */
function share(core: Core, channel: Channel, _rest: string, by: string): void {
  demandMember(channel, by);
  core.store.putChannel({ ...channel, isShared: true });
}

function demandMember(channel: Channel, user: string): void {
  if (channel.kind === 'im') throw new SlackError('method_not_supported_for_channel_type');
  if (!channel.members.includes(user)) throw new SlackError('not_in_channel');
}
