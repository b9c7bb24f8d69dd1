import type { CardPlace } from '../failure/failure.ts';
import type { Content } from './content.ts';

/** What came of one thing asked of Slack. None of them is thrown: each has its own way on. */
export type Said<T> =
  | { kind: 'ok'; value: T }
  /** Nothing happened; worth asking again after this. */
  | { kind: 'later'; seconds: number }
  /** It may have happened: look before repeating. */
  | { kind: 'unsure' }
  /** The message is not there any more, or cannot be edited any more. */
  | { kind: 'gone' }
  /** Repeating will not help; the code says why. */
  | { kind: 'refused'; code: string };

export interface Where {
  channel: string;
  /** The card, when the message belongs into its thread. */
  threadTs?: string;
}

/** Where failures are shown. Tokens name messages: the same token is the same message, posted once. */
export interface Board {
  /** `#name` → id; an id stays what it is. */
  channelId(channel: string): Promise<Said<string>>;
  post(where: Where, content: Content, token: string): Promise<Said<string>>;
  edit(where: Where & { ts: string }, content: Content, token: string): Promise<Said<void>>;
  /** The messages with this token posted at or after `since` (epoch ms), oldest first. */
  find(where: Where, token: string, since: number): Promise<Said<string[]>>;
  remove(at: { channel: string; ts: string }): Promise<Said<void>>;
  permalink(at: { channel: string; ts: string }): Promise<CardPlace['permalink']>;
}
