import type { Button, KnownBlock } from '@slack/types';
import type { AskedStatus } from '../../../failure/failure-query.ts';
import type { ListedFailure, ListPage } from '../../../report/list-failures.ts';
import { encodeAction, type ListQuery, mostBack } from '../action-ids.ts';
import { clip, oneLine } from '../escape.ts';
import { filterWords } from '../filter-words.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { times, waitsText } from '../outcome-texts.ts';
import { failureButtons } from './buttons.ts';
import type { Message } from './failure-card.ts';
import { mrkdwn } from './mrkdwn.ts';
import { actor, date, richText, section, text } from './rich-text.ts';

/** One page of `/failure list`. */
export function listMessage(
  { listed, next, lookedThrough, isKnown }: ListPage & { isKnown?: (component: string) => boolean },
  query: ListQuery,
): Message {
  const filter = filterWords(query);
  if (listed.length === 0 && !next) {
    // A typo must not read as all clear.
    const isStrange = query.component !== undefined && isKnown && !isKnown(query.component);
    const mark = isStrange
      ? ' No component of that name is registered in kintsugi.yml: is it spelt right?'
      : query.status === undefined || query.status === 'open'
        ? ' 🎉'
        : '';
    const words = query.after
      ? 'That was all.'
      : `${nothing[query.status ?? 'open']}${filter && ` with ${filter}`}.${mark}`;
    return { text: words, blocks: [mrkdwn(words), ...pages(query, undefined)] };
  }
  const heading = `${headings[query.status ?? 'open']}${filter && `, ${filter}`}`;
  return {
    text: heading,
    blocks: [
      mrkdwn(`*${heading}*`),
      ...listed.flatMap((one) => row(one, query)),
      ...(lookedThrough && next
        ? [mrkdwn(`_${lookedThrough} were looked through for this page. There may be more on the next one._`)]
        : []),
      ...pages(query, next),
    ],
  };
}

const headings: Record<AskedStatus, string> = {
  open: 'Open failures, worst first',
  unacknowledged: 'Open failures that nobody has, worst first',
  acknowledged: 'Acknowledged failures, worst first',
  recovering: 'Failures that are recovering, worst first',
  resolved: 'Resolved failures, the newest first',
  all: 'Failures: what is open, worst first, then what is resolved',
};
const nothing: Record<AskedStatus, string> = {
  open: 'Nothing is open',
  unacknowledged: 'Nothing waits for somebody to take it',
  acknowledged: 'Nothing is acknowledged',
  recovering: 'Nothing is recovering',
  resolved: 'Nothing was resolved',
  all: 'There is no failure',
};

function row(
  { failure, componentTitle, count, lastSeenAt, buttons, permalink, isWaiting }: ListedFailure,
  query: ListQuery,
): KnownBlock[] {
  const isResolved = failure.status === 'resolved';
  const takenBy = 'acknowledgedBy' in failure ? failure.acknowledgedBy : undefined;
  const owner = isResolved ? failure.resolvedBy : takenBy;
  return [
    richText(
      section(
        text(`${isResolved ? '✅' : levelIcon[failure.level]} ${levelName(failure.level)} `, { bold: true }),
        text(failure.id, { code: true }),
        text(` ${clip(componentTitle, 64)}: ${clip(oneLine(failure.title), 200)}\n`),
        text(`${isWaiting ? waitsText : failure.status}${owner ? (isWaiting ? ' · taken by ' : ' by ') : ''}`),
        ...(owner ? [actor(owner)] : []),
        text(` · seen ${times(count)}, last `),
        date(lastSeenAt),
        text(isResolved ? ' · resolved ' : ' · open since '),
        date(isResolved ? failure.resolvedAt : failure.openedAt),
        ...(permalink ? [text(' · '), { type: 'link' as const, url: permalink, text: 'card' }] : []),
      ),
    ),
    ...failureButtons(buttons, {
      failureId: failure.id,
      episode: failure.episode,
      from: { place: 'list', query },
      blockId: `list/${failure.id}/${failure.version}`,
    }),
  ];
}

/** Back leads as far as a button has room for; before that the list begins anew. */
function pages(query: ListQuery, next: string | undefined): KnownBlock[] {
  const { after, trail = [], ...filter } = query;
  const back = trail.at(-1);
  const behind = trail.slice(0, -1);
  const forward = after === undefined ? trail : [...trail, after].slice(-mostBack);
  const elements: Button[] = [
    ...(after === undefined
      ? []
      : [
          button('list-back', back === undefined ? 'First page' : 'Previous page', {
            ...filter,
            ...(back !== undefined && { after: back, trail: behind }),
          }),
        ]),
    ...(next === undefined ? [] : [button('list-page', 'Next page', { ...filter, after: next, trail: forward })]),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'list/pages', elements }];
}

function button(verb: 'list-page' | 'list-back', words: string, query: ListQuery): Button {
  return { type: 'button', ...encodeAction({ do: verb, query }), text: { type: 'plain_text', text: words } };
}
