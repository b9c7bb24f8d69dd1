import type { Button, KnownBlock } from '@slack/types';
import type { BundleLine } from '../../../noise/bundle.ts';
import { encodeAction } from '../action-ids.ts';
import { clip, oneLine } from '../escape.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { type BundleQuery, encodeToolAction } from '../tool-action-ids.ts';
import type { Message } from './failure-card.ts';
import { mrkdwn } from './mrkdwn.ts';
import { date, link, richText, section, text } from './rich-text.ts';

/** A page of what is in a storm or mute. Whoever acknowledges one gives it a card of its own. */
export function bundlePage(
  lines: (BundleLine & { componentTitle: string })[],
  { query, all, pageSize }: { query: BundleQuery; all: number; pageSize: number },
): Message {
  const { bundle, from = 0 } = query;
  if (lines.length === 0) {
    const words = 'There is nothing in it, or it is long over. `/failure list` shows what is open.';
    return { text: words, blocks: [mrkdwn(words)] };
  }
  const heading = `Failures ${from + 1} to ${from + lines.length} of ${all}, worst first`;
  const pages = [
    ...(from > 0 ? [turn('bundle-back', 'Back', { bundle, from: Math.max(0, from - pageSize) })] : []),
    ...(from + pageSize < all ? [turn('bundle-page', 'Next page', { bundle, from: from + pageSize })] : []),
  ];
  return {
    text: heading,
    blocks: [
      mrkdwn(`*${heading}*`),
      ...lines.flatMap(row),
      ...(pages.length > 0 ? [{ type: 'actions' as const, block_id: `bundle/pages/${from}`, elements: pages }] : []),
    ],
  };
}

function row(line: BundleLine & { componentTitle: string }): KnownBlock[] {
  const { failureId, episode, version, level, componentTitle, title, status, foldedAt, permalink } = line;
  const isOver = status === 'resolved' || status === 'merged';
  const subject = { failureId, episode, from: { place: 'show' as const } };
  const buttons: Button[] = [
    ...(status === 'open' ? [press({ do: 'acknowledge', ...subject }, 'Acknowledge', failureId)] : []),
    ...(isOver ? [] : [press({ do: 'more', ...subject }, 'More…', failureId)]),
  ];
  return [
    richText(
      section(
        text(`${isOver ? '✅' : levelIcon[level]} ${levelName(level)} `, { bold: true }),
        text(failureId, { code: true }),
        text(` ${clip(componentTitle, 64)}: ${clip(oneLine(title), 200)}\n${status} · came `),
        date(foldedAt),
        ...(permalink ? [text(' · '), link(permalink, 'its card')] : []),
      ),
    ),
    ...(buttons.length > 0
      ? [{ type: 'actions' as const, block_id: `bundle/${failureId}/${version}`, elements: buttons }]
      : []),
  ];
}

function press(action: Parameters<typeof encodeAction>[0], words: string, about: string): Button {
  return {
    type: 'button',
    ...encodeAction(action),
    text: { type: 'plain_text', text: words, emoji: true },
    accessibility_label: `${words} ${about}`,
  };
}

function turn(verb: 'bundle-back' | 'bundle-page', words: string, query: BundleQuery): Button {
  return { type: 'button', ...encodeToolAction({ do: verb, query }), text: { type: 'plain_text', text: words } };
}
