/** Where the reader is; kept in the address, so that a reload or a shared link comes back to it. */
export type Place =
  | { kind: 'channel'; channel: string | undefined; thread?: string | undefined; target?: string | undefined }
  | { kind: 'home'; tab: 'home' | 'messages' };

export interface Address {
  user: string | undefined;
  place: Place;
}

/** `/?user=U1&channel=C1&thread=…`, or a permalink `/archives/C1/p…`. */
export function readAddress(
  url: URL,
  permalink: { channel: string; ts: string; threadTs?: string } | undefined,
): Address {
  const user = url.searchParams.get('user') ?? undefined;
  if (permalink) {
    const { channel, ts, threadTs } = permalink;
    return { user, place: { kind: 'channel', channel, target: ts, thread: threadTs } };
  }
  if (url.searchParams.get('tab') === 'home') return { user, place: { kind: 'home', tab: 'home' } };
  const channel = url.searchParams.get('channel') ?? undefined;
  return { user, place: { kind: 'channel', channel, thread: url.searchParams.get('thread') ?? undefined } };
}

export function writeAddress({ user, place }: Address): string {
  const query = new URLSearchParams();
  if (user) query.set('user', user);
  if (place.kind === 'home') query.set('tab', 'home');
  else {
    if (place.channel) query.set('channel', place.channel);
    if (place.thread) query.set('thread', place.thread);
  }
  const words = query.toString();
  return words === '' ? '/' : `/?${words}`;
}
