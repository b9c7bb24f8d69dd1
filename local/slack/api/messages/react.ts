import type { Core } from '../core.ts';
import { sendEvent } from '../delivery/events.ts';
import type { Message } from '../state/model.ts';

/** Returns whether anything changed. */
export function react(core: Core, message: Message, name: string, user: string): boolean {
  const known = message.reactions.find((reaction) => reaction.name === name);
  if (known?.users.includes(user)) return false;
  const others = message.reactions.filter((reaction) => reaction !== known);
  core.store.putMessage({ ...message, reactions: [...others, { name, users: [...(known?.users ?? []), user] }] });
  tellApp(core, 'reaction_added', message, name, user);
  return true;
}

/** Returns whether anything changed. */
export function unreact(core: Core, message: Message, name: string, user: string): boolean {
  const known = message.reactions.find((reaction) => reaction.name === name);
  if (!known?.users.includes(user)) return false;
  const users = known.users.filter((id) => id !== user);
  const others = message.reactions.filter((reaction) => reaction !== known);
  core.store.putMessage({ ...message, reactions: users.length > 0 ? [...others, { name, users }] : others });
  tellApp(core, 'reaction_removed', message, name, user);
  return true;
}

function tellApp(core: Core, type: string, message: Message, reaction: string, user: string): void {
  if (!core.store.channel(message.channel)?.members.includes(core.app.botUserId)) return;
  const item = { type: 'message', channel: message.channel, ts: message.ts };
  sendEvent(core, { type, user, reaction, item_user: message.user, item });
}
