import { unescapeMrkdwn } from '../escape.ts';

/** What was typed, in words: quotes keep several together, and what a phone makes of quotes and dashes is turned back. */
export interface Typed {
  /** All of it after the first word, as it was typed. */
  rest: string;
  words: string[];
  /** `--public`, `--dry-run`: names of what begins with two dashes. */
  flags: Set<string>;
}

/** People stand there as Slack writes them. */
const mentions = /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/gu;
const quotes = /[“”„‟«»]/gu;
/** An apostrophe inside a word is none. */
const singleQuotes = /(?<=^|[\s:=])['‘‚‛]([^'‘’"]+)['’](?=$|[\s,.])/gu;
const longDash = /(^|\s)[–—]+(?=\p{L})/gu;

export function readTyped(text: string): Typed {
  const asTyped = unescapeMrkdwn(text).trim();
  const plain = asTyped
    .replace(mentions, '$1')
    .replace(quotes, '"')
    .replace(singleQuotes, '"$1"')
    .replace(longDash, '$1--');
  const all = [...plain.matchAll(/(?:[^\s"]*"[^"]*"[^\s"]*|\S+)/gu)].map(([word]) => word.replaceAll('"', ''));
  const flags = new Set(all.filter(isFlag).map((word) => word.replace(/^-+/u, '').toLowerCase()));
  const words = all.filter((word) => !isFlag(word) && word !== '');
  const [first = ''] = words;
  const rest = words.length === 0 ? '' : asTyped.slice(asTyped.indexOf(first) + first.length).trim();
  return { rest, words, flags };
}

const isFlag = (word: string): boolean => /^--\p{L}/u.test(word);
