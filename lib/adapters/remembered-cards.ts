import type { Failure } from '../failure/failure.ts';
import type { CardRecord } from '../ports.ts';

/** A card that was leased and shows nothing yet. Its key is `<channel>#<episode>`. */
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

/** Unfinished cards are kept for a long outage of Slack, but not without end. */
const keptUnfinished = 50;

/**
 * A failure remembers its last few episodes. Of older ones a card is kept only as long as its message in Slack is not
 * finished, so the failure stays small however often it comes back: what a finished card showed last stands in Slack.
 */
export function isForgotten({ episode, pastEpisodes }: Failure, card: CardRecord): boolean {
  if (card.episode >= Math.min(episode - 1, ...pastEpisodes.map((past) => past.episode))) return false;
  const isInSlack = card.place !== undefined || card.posting !== undefined;
  return card.finished === true || !isInSlack || card.episode < episode - keptUnfinished;
}
