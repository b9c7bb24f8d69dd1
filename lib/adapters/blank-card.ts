import type { CardRecord } from '../ports.ts';

/** A card that was leased and shows nothing yet. */
export function blankCard(key: string): CardRecord {
  const at = key.lastIndexOf('#');
  return {
    channel: key.slice(0, at),
    episode: Number(key.slice(at + 1)),
    shownVersion: 0,
    shownCount: 0,
    threadedVersion: 0,
    runMessages: {},
  };
}
