import type { Button, KnownBlock } from '@slack/types';
import type { BundleView } from '../../../noise/bundle-view.ts';
import { clip, escapeAndClip, escapeMrkdwn, oneLine } from '../escape.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { limits } from '../limits.ts';
import { encodeToolAction, type ToolButton } from '../tool-action-ids.ts';
import type { Calls, Message } from './failure-card.ts';
import { mrkdwn } from './mrkdwn.ts';
import { actorMrkdwn, bullets, date, dateMrkdwn, richText, section, text } from './rich-text.ts';

/** The one message of a storm, or of a mute: how many, how bad, where, the newest of them, and the way to all of them. */
export function bundleMessage(view: BundleView, { mention, nameOf, blockId }: Calls & { blockId: string }): Message {
  const words = title(view);
  return {
    text: escapeAndClip(`${words}. ${counted(view.count)}`, limits.fallbackText),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: clip(words, limits.header), emoji: true } },
      mrkdwn([about(view, nameOf), mention && `${mention} please have a look.`].filter(Boolean).join('\n')),
      ...(view.count > 0 ? [numbers(view), ...newest(view)] : []),
      ...buttons(view, blockId),
    ],
  };
}

export function counted(count: number): string {
  return count === 1 ? '1 failure' : `${count} failures`;
}

function title({ kind, isOver, count, mute }: BundleView): string {
  if (kind === 'storm') return `${isOver ? '🌤️ Storm over' : '🌩️ Storm'}: ${counted(count)}`;
  const name = mute?.title ?? 'A component';
  return isOver ? `🔔 ${name} is heard again` : `🔕 ${name} is muted`;
}

function about(view: BundleView, nameOf: Calls['nameOf']): string {
  const { kind, isOver, since, until, open, acknowledged, ended, withCard, count, mute } = view;
  const rest = [
    `${ended} resolved`,
    ...(acknowledged > 0 ? [`${acknowledged} acknowledged`] : []),
    `${open} still open`,
    ...(withCard > 0 ? [`${withCard} with a card of ${withCard === 1 ? 'its' : 'their'} own`] : []),
  ].join(' · ');
  if (kind === 'storm') {
    const from = dateMrkdwn(since);
    if (isOver && until) return `It went from ${from} to ${dateMrkdwn(until)}.\n*${rest}*`;
    return `More failures than a channel can take share this message since ${from}. Levels 4 and 5 still get a card of their own.\n*${rest}*`;
  }
  const reason = mute ? escapeAndClip(oneLine(mute.reason), 300) : '';
  const who = mute ? actorMrkdwn(mute.by, nameOf) : 'Kintsugi';
  if (!isOver && until)
    return `Muted by ${who} until ${dateMrkdwn(until)}: ${reason}\nUp to level ${mute?.upTo ?? 3} nobody is called and no card comes; all of it is recorded. *Held back so far: ${counted(count)}${count > 0 ? ` (${rest})` : ''}*`;
  const by = mute?.endedBy ? `\nUnmuted by ${actorMrkdwn(mute.endedBy, nameOf)}.` : '';
  const now = open + acknowledged > 0 ? ' What is still open has its card now, or is in a storm’s.' : '';
  return `Muted by ${who} from ${dateMrkdwn(since)}${until ? ` to ${dateMrkdwn(until)}` : ''}: ${reason}${by}\n*Held back: ${counted(count)}${count > 0 ? ` (${rest})` : ''}*${now}`;
}

function numbers({ byLevel, byComponent, otherComponents }: BundleView): KnownBlock {
  const levels = byLevel.map(({ level, count }) => `${levelIcon[level]} ${levelName(level)} *${count}*`);
  const components = byComponent.map(({ title: name, count }) => `${escapeMrkdwn(clip(name, 64))} *${count}*`);
  const others = otherComponents > 0 ? [`and ${otherComponents} more`] : [];
  return {
    type: 'section',
    fields: [
      { type: 'mrkdwn', text: levels.join('\n') },
      { type: 'mrkdwn', text: [...components, ...others].join('\n') },
    ],
  };
}

function newest({ newest: lines }: BundleView): KnownBlock[] {
  return [
    richText(
      section(text('Newest', { bold: true })),
      bullets(
        lines.map(({ failureId, level, componentTitle, title: words, at }) =>
          section(
            text(`${levelIcon[level]} `),
            text(failureId, { code: true }),
            text(` ${clip(componentTitle, 64)}: ${clip(oneLine(words), 120)} · `),
            date(at),
          ),
        ),
      ),
    ),
  ];
}

function buttons({ id, kind, count, isOver, byComponent, mute }: BundleView, blockId: string): KnownBlock[] {
  const [most] = byComponent;
  const elements: Button[] = [
    ...(count > 0 ? [button({ do: 'bundle-page', query: { bundle: id } }, 'Show them', 'all of them')] : []),
    ...(kind === 'storm' && !isOver && most
      ? [button({ do: 'mute-open', component: most.name }, `Mute ${clip(most.title, 40)}…`, most.title)]
      : []),
    ...(kind === 'mute' && !isOver && mute
      ? [button({ do: 'unmute', component: mute.component }, 'Unmute', mute.title)]
      : []),
  ];
  return elements.length > 0 ? [{ type: 'actions', block_id: blockId, elements }] : [];
}

function button(action: ToolButton, words: string, about: string): Button {
  return {
    type: 'button',
    ...encodeToolAction(action),
    text: { type: 'plain_text', text: words, emoji: true },
    accessibility_label: clip(`${words}: ${about}`, limits.buttonText),
  };
}
