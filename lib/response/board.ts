import type { CardPlace } from '../failure/failure.ts';
import type { Mention } from '../policy/policy.ts';
import type { Level } from '../signal/signal.ts';
import type { Content } from './content.ts';

/** What came of one thing asked of Slack. None of them is thrown: each has its own way on. */
export type Said<T> =
  | { kind: 'ok'; value: T }
  | Later
  /** It may have happened: look before repeating. */
  | { kind: 'unsure' }
  /** The message is not there any more, or cannot be edited any more. */
  | { kind: 'gone' }
  /** Repeating will not help; the code says why. */
  | { kind: 'refused'; code: string };

/**
 * Nothing happened; worth asking again after this. `isDown`: Slack did not answer as it should, so soon once, and then at
 * growing distance.
 */
export interface Later {
  kind: 'later';
  seconds: number;
  isDown?: boolean;
}

/** What is done about an unclear answer to something that may simply be repeated. */
export const unclear: Later = { kind: 'later', seconds: 5, isDown: true };

export interface Where {
  channel: string;
  /** How bad what is posted there is: when Slack takes few posts, the worst go first. */
  level?: Level;
  /** The card, when the message belongs into its thread. */
  threadTs?: string;
}

/** Where failures are shown. Tokens name messages: the same token is the same message, posted once. */
export interface Board {
  /** `#name` → id; an id stays what it is. */
  channelId(channel: string): Promise<Said<string>>;
  post(where: Where, content: Content, token: string): Promise<Said<string>>;
  /** `isCount`: nothing but how often it was seen is new. */
  edit(where: Where & { ts: string; isCount?: boolean }, content: Content, token: string): Promise<Said<void>>;
  /** The messages with this token posted at or after `since` (epoch ms), oldest first. */
  find(where: Where, token: string, since: number): Promise<Said<string[]>>;
  remove(at: { channel: string; ts: string }): Promise<Said<void>>;
  /** What this mention rings: a group's handle and its id are the same. */
  ringOf(mention: Mention): Promise<string>;
  /** Whether everybody of the own organization can read it; false where nobody can say. */
  isForAll(channel: string): Promise<boolean>;
  permalink(at: { channel: string; ts: string }): Promise<CardPlace['permalink']>;
}
