import type { KnownBlock, RichTextElement } from '@slack/types';
import type { SearchHit, SearchPage } from '../../../pattern/search-failures.ts';
import type { Reason } from '../../../pattern/why-found.ts';
import { clip, escapeMrkdwn, oneLine } from '../escape.ts';
import { filterWords } from '../filter-words.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { times } from '../outcome-texts.ts';
import { encodeToolAction, type SearchQuery } from '../tool-action-ids.ts';
import type { Message } from './failure-card.ts';
import { mrkdwn } from './mrkdwn.ts';
import { actor, date, link, richText, section, text } from './rich-text.ts';

/** One page of what was found, each with why. */
export function searchMessage(
  page: SearchPage,
  query: SearchQuery,
  {
    isCut = false,
    isSaid = false,
    isKnown = () => true,
  }: {
    isCut?: boolean;
    /** What it is narrowed to stands above it. */
    isSaid?: boolean;
    isKnown?: (component: string) => boolean;
  } = {},
): Message {
  const heading = headingOf(page, query);
  const { status, ...filter } = query.filter ?? {};
  const narrowed = isSaid ? '' : [status !== 'all' && status, filterWords(filter)].filter(Boolean).join(', ');
  return {
    text: escapeMrkdwn(heading),
    blocks: [
      richText(section(text(heading, { bold: true }))),
      ...(narrowed ? [mrkdwn(`Only: ${narrowed}`)] : []),
      ...notes(page, query, isCut, isKnown).map(mrkdwn),
      ...page.hits.map((hit) => richText(section(...hitWords(hit)))),
      ...pageButtons(page, query),
    ],
  };
}

function headingOf({ hits }: SearchPage, { words, from = 0 }: SearchQuery): string {
  const what = `“${clip(oneLine(words), 100)}”`;
  if (hits.length > 0) return `Failures like ${what}`;
  return from > 0 ? 'That was all.' : `Nothing was found for ${what}.`;
}

function notes(
  { hits, isAway, from }: SearchPage,
  { filter, from: begin = 0 }: SearchQuery,
  isCut: boolean,
  isKnown: (component: string) => boolean,
): string[] {
  const component = filter?.component;
  return [
    ...(isCut ? ['That is long: only its first 300 letters were looked for.'] : []),
    ...(isAway ? [awayText] : []),
    ...(hits.length > 0 && from === 'list' && !isAway ? [fromListText] : []),
    ...(component !== undefined && !isKnown(component)
      ? [`⚠️ No component *${escapeMrkdwn(component)}* is registered in kintsugi.yml: is it spelt right?`]
      : []),
    ...(hits.length === 0 && begin === 0
      ? ['Try fewer or other words. `/failure list status:all since:30d` shows everything.']
      : []),
  ];
}

export const awayText =
  '⚠️ The memory of past failures does not answer now. This is what stands in the list itself: the newest 100 that are open and 100 that were resolved in the last 30 days.';
const fromListText = 'Memory knows none like it. These are from the newest in the list itself.';

function hitWords({ failure, componentTitle, count, lastSeenAt, permalink, reasons }: SearchHit): RichTextElement[] {
  const { id, level, title, status } = failure;
  const by = failure.status === 'resolved' ? failure.resolvedBy : 'acknowledgedBy' in failure && failure.acknowledgedBy;
  return [
    text(`${levelIcon[level]} ${levelName(level)} `, { bold: true }),
    text(id, { code: true }),
    text(` ${clip(componentTitle, 64)}: ${clip(oneLine(title), 160)}\n`),
    text(status),
    ...(by ? [text(' by '), actor(by)] : []),
    text(` · seen ${times(count)}, last `),
    date(lastSeenAt),
    ...(permalink ? [text(' · '), link(permalink, 'Open the card')] : [text(` · /failure show ${id}`)]),
    text(`\n${reasons.map(reasonWords).join(' · ')}`, { italic: true }),
  ];
}

/** More of them say nothing more. */
const mostWords = 6;

export function reasonWords(reason: Reason): string {
  switch (reason.kind) {
    case 'id':
      return 'You named it';
    case 'words':
      return `It says ${quoted(reason.words)}`;
    case 'spelt-alike':
      return reason.pairs
        .slice(0, mostWords)
        .map(({ typed, found }) => `“${clip(found, 40)}” is spelt like “${clip(typed, 40)}”`)
        .join(', ');
    case 'component':
      return 'Same component';
    default:
      return reason satisfies never;
  }
}

function quoted(words: string[]): string {
  const more = words.length - mostWords;
  const shown = words.slice(0, mostWords).map((word) => `“${clip(word, 40)}”`);
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** As many pages back as are remembered; further back is the first. */
const mostTrail = 20;

function pageButtons({ next }: SearchPage, { trail = [], from = 0, ...query }: SearchQuery): KnownBlock[] {
  const before = trail.at(-1);
  const back =
    from === 0
      ? []
      : [pageButton('Back', { do: 'search-back', query: { ...query, from: before ?? 0, trail: trail.slice(0, -1) } })];
  const on =
    next === undefined
      ? []
      : [
          pageButton('More', {
            do: 'search-next',
            query: { ...query, from: next, trail: [...trail, from].slice(-mostTrail) },
          }),
        ];
  const elements = [...back, ...on];
  return elements.length > 0 ? [{ type: 'actions', block_id: `search/${from}`, elements }] : [];
}

function pageButton(words: string, action: Parameters<typeof encodeToolAction>[0]) {
  return { type: 'button' as const, ...encodeToolAction(action), text: { type: 'plain_text' as const, text: words } };
}
