import { unescapeMrkdwn } from '../escape.ts';
import type { SlackMessage } from './slack-message.ts';

/**
 * The words of a message, as people read them: its text, or that of its blocks, then that of its attachments and the names of
 * its files. Empty when there are none (a picture without a name).
 */
export function messageText(message: SlackMessage, nameOf: (user: string) => string | undefined): string {
  const { text, blocks, attachments, files, bot_id } = message;
  const plain = plainMrkdwn(text ?? '', nameOf);
  const drawn = lines(blocks ?? [], nameOf);
  // A person's blocks are their text once more. A bot's text is often only what its notification says.
  const said = bot_id === undefined ? plain || drawn : longer(plain, drawn);
  const attached = (attachments ?? [])
    .map((one) => attachmentText(one, nameOf))
    .filter((words) => !said.includes(words));
  const named = (files ?? []).map(({ name, title }) => name || title).filter(Boolean);
  return [said, ...attached, ...(named.length > 0 ? [`Files: ${named.join(', ')}`] : [])]
    .filter((words) => words.trim() !== '')
    .join('\n')
    .trim();
}

const longer = (one: string, other: string): string => (other.length > one.length ? other : one);

/** Slack's own markup as words: mentions by name, links as their words and where they lead, entities as themselves. */
export function plainMrkdwn(text: string, nameOf: (user: string) => string | undefined): string {
  return unescapeMrkdwn(
    text.replace(/<([^<>]*)>/gu, (whole, inner: string) => {
      const [target = '', label] = split(inner);
      if (/^@[UW]/.test(target)) return `@${label || nameOf(target.slice(1)) || target.slice(1)}`;
      if (target.startsWith('#')) return `#${label || target.slice(1)}`;
      if (target.startsWith('!subteam')) return label || '@group';
      if (target.startsWith('!')) return label || `@${target.slice(1)}`;
      if (!/^(https?:|mailto:|tel:)/.test(target)) return whole;
      const address = target.replace(/^(mailto|tel):/, '');
      return !label || label === address ? address : `${label} (${address})`;
    }),
  );
}

function split(inner: string): [string, string | undefined] {
  const at = inner.indexOf('|');
  return at < 0 ? [inner, undefined] : [inner.slice(0, at), inner.slice(at + 1)];
}

type NameOf = (user: string) => string | undefined;
type Part = Record<string, unknown>;

function lines(parts: unknown, nameOf: NameOf): string {
  return list(parts)
    .map((part) => partText(part, nameOf))
    .filter((words) => words !== '')
    .join('\n');
}

const inOneLine = ['rich_text_section', 'rich_text_preformatted', 'rich_text_quote'];

/** Blocks and what is in them; of kinds that nobody knows yet whatever looks like text. */
function partText(part: Part, nameOf: NameOf): string {
  const { type, text, elements, fields, rows } = part;
  switch (type) {
    case 'plain_text':
      return words(text);
    case 'mrkdwn':
      return plainMrkdwn(words(text), nameOf);
    case 'text':
      return words(text);
    case 'link':
      return [words(text), words(part.url)].filter(Boolean).join(' ');
    case 'user':
      return `@${nameOf(words(part.user_id)) ?? words(part.user_id)}`;
    case 'emoji':
      return `:${words(part.name)}:`;
    case 'broadcast':
      return `@${words(part.range)}`;
    case 'date':
      return words(part.fallback);
    case 'actions':
    case 'button':
      return '';
    default:
      break;
  }
  if (inOneLine.includes(String(type)))
    return list(elements)
      .map((one) => partText(one, nameOf))
      .join('');
  const own = lines([text], nameOf) || words(text);
  return [
    own,
    lines(fields, nameOf),
    lines(elements, nameOf),
    list(rows)
      .map((row) => rowText(row, nameOf))
      .join('\n'),
  ]
    .filter((one) => one !== '')
    .join('\n');
}

function rowText(row: unknown, nameOf: NameOf): string {
  return list(row)
    .map((cell) => partText(cell, nameOf))
    .join(' · ');
}

function attachmentText(attachment: Part, nameOf: NameOf): string {
  const { pretext, title, text, fallback, fields, blocks } = attachment;
  const named = list(fields).map(({ title: name, value }) => [words(name), words(value)].filter(Boolean).join(': '));
  const said = [pretext, title, text]
    .map((one) => plainMrkdwn(words(one), nameOf))
    .concat(named, lines(blocks, nameOf))
    .filter((one) => one !== '');
  return said.length > 0 ? said.join('\n') : plainMrkdwn(words(fallback), nameOf);
}

const words = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): Part[] =>
  (Array.isArray(value) ? value : []).filter((part): part is Part => typeof part === 'object' && part !== null);

/** Whom a message names, so that they can be called by name. */
export function peopleNamed(message: SlackMessage): string[] {
  const json = JSON.stringify([message.text, message.blocks, message.attachments]);
  return [...new Set([...json.matchAll(/(?:<@|"user_id":")([UW][A-Z0-9]{2,30})/g)].map(([, user = '']) => user))];
}
