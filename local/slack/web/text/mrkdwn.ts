/**
 * Reads Slack's mrkdwn. Written here because the block renderer's own reader drops lines that hold `&lt;` or begin
 * with `#`, and a card must never lose what a failure said.
 */
import { emojiFor } from './emoji.ts';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'emoji'; name: string }
  | { kind: 'link'; url: string; label?: string }
  | { kind: 'user' | 'channel' | 'group'; id: string; label?: string }
  | { kind: 'broadcast'; range: string }
  | { kind: 'date'; epoch: number; format: string; link?: string; fallback: string };

export type Passage = { kind: 'lines' | 'quote'; children: Inline[] } | { kind: 'pre'; text: string };

const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
/** Undoes the three escapes, once: `&amp;lt;` is the text `&lt;`. */
export const unescapeText = (text: string): string =>
  text.replace(/&(?:lt|gt|amp);/g, (entity) => entities[entity] ?? entity);

const styleOf: Record<string, 'bold' | 'italic' | 'strike'> = { '*': 'bold', _: 'italic', '~': 'strike' };
const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);

function readControl(body: string): Inline | undefined {
  const bar = body.indexOf('|');
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? undefined : unescapeText(body.slice(bar + 1));
  const labelled = label ? { label } : {};
  const id = target.slice(1);
  if (/^@[UW][A-Z0-9]+$/.test(target)) return { kind: 'user', id, ...labelled };
  if (/^#[CGD][A-Z0-9]+$/.test(target)) return { kind: 'channel', id, ...labelled };
  if (target.startsWith('!subteam^')) return { kind: 'group', id: target.slice(9), ...labelled };
  if (/^!(here|channel|everyone)$/.test(target)) return { kind: 'broadcast', range: id };
  const date = /^!date\^(-?\d+)\^([^^]*)(?:\^(.+))?$/.exec(target);
  if (date) {
    const [, epoch = '0', format = '', link] = date;
    return {
      kind: 'date',
      epoch: Number(epoch),
      format: unescapeText(format),
      fallback: label ?? '',
      ...(link ? { link: unescapeText(link) } : {}),
    };
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return { kind: 'link', url: unescapeText(target), ...labelled };
  return undefined;
}

/** Where the style that opens at `start` closes, stepping over code and `<…>`; -1 when it does not on this line. */
function closingAt(source: string, start: number): number {
  const mark = source[start];
  for (let at = start + 1; at < source.length && source[at] !== '\n'; at += 1) {
    const character = source[at];
    if (character === '`' || character === '<') {
      const end = source.indexOf(character === '`' ? '`' : '>', at + 1);
      if (end > 0) at = end;
    } else if (character === mark && at > start + 1 && !/\s/.test(source[at - 1] ?? ' ')) {
      if (!isWord(source[at + 1]) && source[at + 1] !== mark) return at;
    }
  }
  return -1;
}

const tokens = {
  code: /`([^`\n]+)`/y,
  control: /<([^<>\n]+)>/y,
  emoji: /:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/y,
  url: /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]}'"*_~`]/y,
};

function readToken(source: string, at: number, verbatim: boolean): { node: Inline; end: number } | undefined {
  const read = (token: RegExp) => {
    token.lastIndex = at;
    return token.exec(source);
  };
  const character = source[at] ?? '';
  const code = character === '`' ? read(tokens.code) : null;
  if (code) return { node: { kind: 'code', text: unescapeText(code[1] ?? '') }, end: at + code[0].length };
  const control = character === '<' ? read(tokens.control) : null;
  const node = control && readControl(control[1] ?? '');
  if (control && node) return { node, end: at + control[0].length };
  const emoji = character === ':' ? read(tokens.emoji) : null;
  if (emoji && emojiFor(emoji[1] ?? ''))
    return { node: { kind: 'emoji', name: emoji[1] ?? '' }, end: at + emoji[0].length };
  const url = character === 'h' && !verbatim && !isWord(source[at - 1]) ? read(tokens.url) : null;
  if (url) return { node: { kind: 'link', url: unescapeText(url[0]) }, end: at + url[0].length };
  const style = styleOf[character];
  if (style && !isWord(source[at - 1]) && /[^\s]/.test(source[at + 1] ?? ' ') && source[at + 1] !== character) {
    const end = closingAt(source, at);
    if (end > 0)
      return { node: { kind: style, children: parseInline(source.slice(at + 1, end), verbatim) }, end: end + 1 };
  }
  return undefined;
}

/** Reads what may stand in one paragraph; line breaks stay in the text. */
export function parseInline(source: string, verbatim = false): Inline[] {
  const nodes: Inline[] = [];
  let plainFrom = 0;
  let at = 0;
  const flush = (end: number) => {
    if (end > plainFrom) nodes.push({ kind: 'text', text: unescapeText(source.slice(plainFrom, end)) });
  };
  while (at < source.length) {
    const token = readToken(source, at, verbatim);
    if (token === undefined) {
      at += 1;
    } else {
      flush(at);
      nodes.push(token.node);
      at = token.end;
      plainFrom = at;
    }
  }
  flush(at);
  return nodes;
}

function readLines(source: string, verbatim: boolean): Passage[] {
  const passages: { kind: 'lines' | 'quote'; lines: string[] }[] = [];
  let restIsQuote = false;
  for (const line of source.split('\n')) {
    const mark = restIsQuote ? null : /^(?:(?:>|&gt;){3}|>|&gt;) ?/.exec(line);
    if (mark && /^(?:>|&gt;){3}/.test(mark[0])) restIsQuote = true;
    const kind = mark || restIsQuote ? 'quote' : 'lines';
    const last = passages.at(-1);
    const text = line.slice(mark?.[0].length ?? 0);
    if (last?.kind === kind) last.lines.push(text);
    else passages.push({ kind, lines: [text] });
  }
  return passages.map(({ kind, lines }) => ({ kind, children: parseInline(lines.join('\n'), verbatim) }));
}

export function parseMrkdwn(source: string, verbatim = false): Passage[] {
  const passages: Passage[] = [];
  source.split(/```([\s\S]+?)```/).forEach((part, index, parts) => {
    if (index % 2 === 1) {
      passages.push({ kind: 'pre', text: unescapeText(part.replace(/^\n|\n$/g, '')) });
      return;
    }
    // The line break that only ends or begins a code block is not an empty line of its own.
    const after = index > 0 ? part.replace(/^ *\n/, '') : part;
    const text = index < parts.length - 1 ? after.replace(/\n *$/, '') : after;
    if (text !== '') passages.push(...readLines(text, verbatim));
  });
  return passages;
}
