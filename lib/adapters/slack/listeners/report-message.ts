import type { ModalView } from '@slack/types';
import { FailureId } from '../../../failure/ids.ts';
import { whyNotQuote } from '../../../report/may-quote.ts';
import { readReport } from '../../../report/read-report.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { reportMessage } from '../cards/report-message.ts';
import { clip, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import { messageText, peopleNamed } from '../messages/message-text.ts';
import { appOf, isDeleted, type SlackMessage } from '../messages/slack-message.ts';
import { reportModal } from '../modals/report-modal.ts';
import { noFailureText } from '../refusal-texts.ts';
import { deletedText, ownMessageText, quotedText, withheldText } from '../shortcut-texts.ts';
import { type Quoted, reportSubject } from './report-subject.ts';
import type { SlackPorts } from './slack-ports.ts';

/** What somebody used *Report as failure* on. */
export interface PointedAt {
  message: SlackMessage;
  channel: { id: string; name: string };
  /** The app's own id: its messages are about failures that are filed already. */
  ownApp: string | undefined;
}

/** The report form with what the message says; or, of a message of our own, the failure that it is about. */
export async function reportFromMessage(
  ports: SlackPorts,
  { message, channel, ownApp }: PointedAt,
  by: string,
): Promise<{ open: ModalView } | PrivateAnswer> {
  if (isDeleted(message)) return { text: deletedText };
  if (ownApp !== undefined && appOf(message) === ownApp) return await showOwn(ports, message);
  const isAuthor = message.bot_id === undefined && message.user === by;
  const [readers, permalink, names] = await Promise.all([
    ports.askReaders ? ports.askReaders(channel.id) : ('private' as const),
    ports.askPermalink?.({ channel: channel.id, ts: message.ts }),
    namesIn(ports, message),
  ]);
  const withheld = whyNotQuote({ isAuthor, readers });
  if (withheld) {
    const note = withheldText(withheld, message);
    return { open: reportModal({ summary: '', note, privateMetadata: reportSubject({ openedAt: ports.now() }) }) };
  }
  const text = messageText(message, (user) => names.get(user));
  const author = authorOf(message, names);
  const quoted: Quoted = {
    channel: channel.id,
    // The thread that it stands in, or begins.
    ts: message.thread_ts ?? message.ts,
    author: clip(oneLine(author), 60),
    ...(permalink && { permalink }),
  };
  const [first = ''] = text.split('\n');
  const isWhole = text === first && Array.from(text).length <= limits.reportSummary;
  return {
    open: reportModal({
      summary: clip(oneLine(first), limits.reportSummary),
      ...(!isWhole && { details: text }),
      ...componentOf(ports, channel),
      note: quotedText({
        message,
        author,
        ...(channel.id.startsWith('D') ? {} : { channel: channel.id }),
        isEmpty: text === '',
        isCut: Array.from(text).length > limits.plainTextInput,
        isTold: readers !== 'other-organizations',
      }),
      privateMetadata: reportSubject({ openedAt: ports.now(), quoted }),
    }),
  };
}

/** The token of what Kintsugi says about a failure begins with its id; its text ends with it, after what others wrote. */
async function showOwn(ports: SlackPorts, { metadata, text, blocks }: SlackMessage): Promise<PrivateAnswer> {
  const said = [metadata?.event_payload.token, text, JSON.stringify(blocks ?? [])];
  const [named] = said.flatMap((words) => words?.match(/F-[0-9A-HJKMNP-TV-Z]{6}/g)?.at(-1) ?? []);
  const id = FailureId.safeParse(named);
  if (!id.success) return { text: ownMessageText };
  const report = await readReport(ports, id.data);
  return report ? reportMessage(report) : { text: noFailureText(id.data) };
}

async function namesIn({ askNames }: SlackPorts, message: SlackMessage): Promise<Map<string, string>> {
  const author = message.bot_id === undefined && message.user ? [message.user] : [];
  const people = [...new Set([...author, ...peopleNamed(message)])];
  return people.length > 0 && askNames ? await askNames(people) : new Map();
}

function authorOf({ user, bot_id, username, bot_profile }: SlackMessage, names: Map<string, string>): string {
  if (bot_id !== undefined) return username || bot_profile?.name || 'a bot';
  return (user && names.get(user)) || 'somebody';
}

/** Where only one component has its cards, a message is most likely about that. */
function componentOf({ policy }: SlackPorts, { id, name }: PointedAt['channel']): { component?: string } {
  const [only, ...others] = Object.entries(policy.components)
    .filter(([, { channel }]) => channel === id || channel === `#${name}`)
    .map(([component]) => component);
  return only && others.length === 0 ? { component: only } : {};
}
