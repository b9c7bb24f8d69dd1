import type { FailureFilter } from '../../failure/failure-query.ts';
import type { Question } from '../../report/read-question.ts';
import { clip, escapeMrkdwn, oneLine } from './escape.ts';

/** What is said to people who write to @kintsugi in a channel. */

export const mentionHelpText =
  'Ask me what broke: “what broke in shop yesterday?”, “connection refused last week”, “open critical failures”. `/failure help` shows what else there is.';

export const sharedChannelText =
  'People of other organizations are in this channel, so nothing about failures is said here. `/failure search` answers only you.';

export const notPostedText =
  'Slack did not let me answer your question in its thread. `/failure search` answers only you; or ask again in a minute.';

export const unclearText =
  'Something broke on our side, so this question has no answer. Ask again, or type `/failure search`.';

export function understoodText({ understood, words }: Question): string {
  const { component, period, level, status } = understood;
  const parts = [
    component && `component *${escapeMrkdwn(clip(component, 64))}*`,
    period && `*${escapeMrkdwn(period)}* (days are UTC’s)`,
    level && `*${level}*`,
    status && `*${status}*`,
    words && `the words “${escapeMrkdwn(clip(oneLine(words), 150))}”`,
  ].filter(Boolean);
  return `I understood: ${parts.join(', ')}.`;
}

export function hiddenText(count: number): string {
  return count === 1
    ? '_One more has its card in a private channel, and is not shown here._'
    : `_${count} more have their cards in private channels, and are not shown here._`;
}

/** The same question as a command, which goes through all pages. */
export function moreText(command: string, { component, since, status, minLevel }: FailureFilter): string {
  const filters = [
    component && `component:${component}`,
    minLevel && `severity>=${minLevel}`,
    status && `status:${status}`,
    since && `since:${since.slice(0, 10)}`,
  ].filter(Boolean);
  const typed = oneLine(`${command} ${filters.join(' ')}`).replaceAll('`', "'");
  return `There is more: \`/failure ${escapeMrkdwn(clip(typed, 300))}\``;
}
