import type { KnownBlock } from '@slack/types';
import type { ListedFailure } from '../../../report/list-failures.ts';
import { encodeAction, type ListQuery } from '../action-ids.ts';
import { clip, escapeMrkdwn, oneLine } from '../escape.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { times } from '../outcome-texts.ts';
import { failureButtons } from './buttons.ts';
import type { Message } from './failure-card.ts';
import { actor, date, richText, section, text } from './rich-text.ts';

/** One page of `/failure list`. */
export function listMessage(
  { listed, next, isKnown }: { listed: ListedFailure[]; next?: string; isKnown?: (component: string) => boolean },
  query: ListQuery,
): Message {
  const filter = filterWords(query);
  if (listed.length === 0) {
    // A typo must not read as all clear.
    const isStrange = query.component !== undefined && isKnown && !isKnown(query.component);
    const mark = isStrange ? ' No component of that name is registered in kintsugi.yml: is it spelt right?' : ' 🎉';
    const words = query.after ? 'That was all.' : `Nothing is open${filter && ` with ${filter}`}.${mark}`;
    return { text: words, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: words } }] };
  }
  const heading = `Open failures, worst first${filter && `, ${filter}`}`;
  return {
    text: heading,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${heading}*` } },
      ...listed.flatMap((one) => row(one, query)),
      ...(next ? [nextPage({ ...query, after: next })] : []),
    ],
  };
}

function row({ failure, componentTitle, count, lastSeenAt, buttons }: ListedFailure, query: ListQuery): KnownBlock[] {
  const owner = 'acknowledgedBy' in failure && failure.acknowledgedBy ? failure.acknowledgedBy : undefined;
  return [
    richText(
      section(
        text(`${levelIcon[failure.level]} ${levelName(failure.level)} `, { bold: true }),
        text(failure.id, { code: true }),
        text(` ${clip(componentTitle, 64)}: ${clip(oneLine(failure.title), 200)}\n`),
        text(`${failure.status}${owner ? ' by ' : ''}`),
        ...(owner ? [actor(owner)] : []),
        text(` · seen ${times(count)}, last `),
        date(lastSeenAt),
        text(' · open since '),
        date(failure.openedAt),
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

function nextPage(query: ListQuery): KnownBlock {
  return {
    type: 'actions',
    block_id: 'list/next',
    elements: [
      { type: 'button', ...encodeAction({ do: 'list-page', query }), text: { type: 'plain_text', text: 'Next page' } },
    ],
  };
}

function filterWords({ minLevel, component }: ListQuery): string {
  const words = [minLevel && `severity ${minLevel} and up`, component && `component ${escapeMrkdwn(component)}`];
  return words.filter(Boolean).join(', ');
}
