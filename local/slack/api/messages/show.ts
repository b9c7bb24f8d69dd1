import type { Core, Ephemeral } from '../core.ts';
import type { Message } from '../state/model.ts';
import { mayRead } from './channels.ts';
import { pageEphemeral, pageMessage } from './shapes.ts';

const readersOf = (core: Core, channelId: string) => (user: string) => {
  const channel = core.store.channel(channelId);
  return channel !== undefined && mayRead(channel, user);
};

/** Brings a message, new or changed, to the screens; with a reply, its parent's count changes too. */
export function showMessage(core: Core, message: Message): void {
  const mayUser = readersOf(core, message.channel);
  core.screens.tell({ type: 'message', message: pageMessage(core, message) }, mayUser);
  if (message.threadTs === undefined) return;
  const parent = core.store.message(message.channel, message.threadTs);
  if (parent) core.screens.tell({ type: 'message', message: pageMessage(core, parent) }, mayUser);
}

export function showRemoval(core: Core, { channel, ts }: { channel: string; ts: string }): void {
  core.screens.tell({ type: 'message_deleted', channel, ts }, readersOf(core, channel));
}

export function showEphemeral(core: Core, ephemeral: Ephemeral): void {
  core.screens.putEphemeral(ephemeral);
  core.screens.tell({ type: 'message', message: pageEphemeral(core, ephemeral) }, (user) => user === ephemeral.to);
}

export function hideEphemeral(core: Core, { channel, ts, to }: Ephemeral): void {
  core.screens.removeEphemeral(channel, ts);
  core.screens.tell({ type: 'message_deleted', channel, ts }, (user) => user === to);
}
