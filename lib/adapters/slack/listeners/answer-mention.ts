import type { FailureFilter } from '../../../failure/failure-query.ts';
import { searchFailures } from '../../../pattern/search-failures.ts';
import { listFailures, withPeriod } from '../../../report/list-failures.ts';
import { type Question, readQuestion } from '../../../report/read-question.ts';
import { componentNames } from '../../../response/card-content.ts';
import type { Message } from '../cards/failure-card.ts';
import { listMessage } from '../cards/list-message.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { searchMessage } from '../cards/search-message.ts';
import { clip } from '../escape.ts';
import { hiddenText, mentionHelpText, moreText, understoodText } from '../mention-texts.ts';
import { withNames } from '../public-answer.ts';
import { readableIn } from './readable-in.ts';
import type { SlackPorts } from './slack-ports.ts';

/** Everybody in the channel reads it, and a thread is no place for a wall. */
const most = 5;
const mostLetters = 300;

/** What is known about what somebody asked of @kintsugi: what was understood, then what was found. Nobody is rung by it. */
export async function answerMention(
  ports: SlackPorts,
  { text, channel }: { text: string; channel: string },
): Promise<Message> {
  const components = Object.keys(ports.policy.components).map((name) => componentNames(ports.policy, name));
  const question = readQuestion(text, { components, now: ports.now() });
  const isEmpty = question.words === '' && Object.keys(question.understood).length === 0;
  if (isEmpty) return { text: mentionHelpText, blocks: [mrkdwn(mentionHelpText)] };
  const found = await (question.words === '' ? listed : searched)(ports, question, channel);
  const { message } = await withNames(ports, found);
  return { ...message, blocks: [mrkdwn(understoodText(question)), ...message.blocks] };
}

async function searched(ports: SlackPorts, { words, filter }: Question, channel: string): Promise<Message> {
  const asked = { words: clip(words, mostLetters), filter };
  const page = await searchFailures(ports, asked);
  const { shown, hidden } = await readableIn(ports, channel, page.hits);
  const { next: _next, ...rest } = page;
  const message = searchMessage({ ...rest, hits: shown }, asked, { isSaid: true });
  return withRest(message, { hidden, isMore: page.next !== undefined, command: `search ${words}`, filter });
}

async function listed(ports: SlackPorts, { filter }: Question, channel: string): Promise<Message> {
  const page = await listFailures(ports, filter);
  const { shown, hidden } = await readableIn(ports, channel, page.listed);
  // What can be done about each is pressed where only one person sees the list, or on the card.
  const rows = shown.slice(0, most).map((one) => ({ ...one, buttons: [] }));
  const message = listMessage({ listed: rows }, withPeriod(filter, ports.now()));
  return withRest(message, { hidden, isMore: shown.length > most || page.next !== undefined, command: 'list', filter });
}

function withRest(
  { text, blocks }: Message,
  { hidden, isMore, command, filter }: { hidden: number; isMore: boolean; command: string; filter: FailureFilter },
): Message {
  const notes = [...(hidden > 0 ? [hiddenText(hidden)] : []), ...(isMore ? [moreText(command, filter)] : [])];
  return { text, blocks: [...blocks.filter(({ type }) => type !== 'actions'), ...notes.map(mrkdwn)] };
}
