import type { Failure } from '../failure/failure.ts';
import type { CardRecord } from '../ports.ts';

/** The episode of a card's key, `<channel>#<episode>`. */
export function episodeOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('#') + 1));
}

/** A card that was leased and shows nothing yet. */
export function blankCard(key: string): CardRecord {
  return {
    channel: key.slice(0, key.lastIndexOf('#')),
    episode: episodeOf(key),
    shownVersion: 0,
    shownCount: 0,
    threadedVersion: 0,
    runMessages: {},
  };
}

/**
 * A failure remembers its last few episodes. Cards of older ones are not kept either, so that it stays small however
 * often it comes back: what they showed last stands in Slack.
 */
export function isForgotten({ episode, pastEpisodes }: Failure, cardEpisode: number): boolean {
  return cardEpisode < Math.min(episode - 1, ...pastEpisodes.map((past) => past.episode));
}
