import type { Withheld } from '../../report/may-quote.ts';
import { escapeAndClip, oneLine } from './escape.ts';
import type { SlackMessage } from './messages/slack-message.ts';

/** What *Report as failure* says. */

export const deletedText =
  'That message was deleted, so there is nothing to take over. `/failure report` files what you know.';

export const ownMessageText =
  'That is a message of Kintsugi itself, and about no single failure. `/failure list` shows what is open.';

export const unknownShortcutText =
  'This shortcut is from another version of Kintsugi. `/failure report` files a failure.';

/** Above the fields, when the words of the message are in them. */
export function quotedText({
  message,
  author,
  channel,
  isEmpty,
  isCut,
  isTold,
}: {
  message: SlackMessage;
  author: string;
  /** Absent: a conversation of two. */
  channel?: string;
  isEmpty: boolean;
  isCut: boolean;
  isTold: boolean;
}): string {
  const who =
    message.bot_id === undefined && message.user ? `<@${message.user}>` : `*${escapeAndClip(oneLine(author), 80)}*`;
  return [
    `From a message by ${who}${channel ? ` in <#${channel}>` : ''}. Everybody here can read what you file.`,
    ...(isEmpty ? ['It has no text to take over: say in your own words what failed.'] : []),
    ...(isCut
      ? ['*It is longer than what fits here:* its end is missing below, and the report links to all of it.']
      : []),
    ...(isTold ? ['Its thread is told where it is handled.'] : []),
  ].join(' ');
}

/** Above the fields, when they are empty. */
export function withheldText(because: Withheld, { bot_id, user }: SlackMessage): string {
  if (because === 'other-organizations') {
    return '🔒 People of other organizations write in this channel, so its words are not taken over. Say in your own what failed.';
  }
  const ask = bot_id === undefined && user ? `Ask <@${user}> to report it, or say` : 'Say';
  return `🔒 Not everybody can read this conversation, so only the author of a message takes its words over. ${ask} in your own words what failed.`;
}
