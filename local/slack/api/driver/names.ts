import type { Core } from '../core.ts';

/** A channel's id, from its id or its name with or without #. */
export function channelId({ store }: Core, named: string): string {
  if (store.channel(named)) return named;
  const name = named.replace(/^#/, '');
  const channel = store.channels().find((candidate) => candidate.kind !== 'im' && candidate.name === name);
  if (!channel) throw new Error(`there is no channel ${named}`);
  return channel.id;
}

/** A person's id, from their id or their name with or without @. */
export function userId({ store }: Core, named: string): string {
  if (store.user(named)) return named;
  const user = store.users().find((candidate) => candidate.name === named.replace(/^@/, ''));
  if (!user) throw new Error(`there is nobody called ${named}`);
  return user.id;
}
