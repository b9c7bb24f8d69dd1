import type { KnownBlock, RichTextElement } from '@slack/types';
import type { Home, Some } from '../../../home/home.ts';
import type { Listed } from '../../../home/listed.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import { missingApprovals } from '../../../response/card-content.ts';
import { missingWords } from '../approval-words.ts';
import { failureButtons } from '../cards/buttons.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { actor, date, link, richText, section, text } from '../cards/rich-text.ts';
import { clip, oneLine } from '../escape.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { times, waitsText } from '../outcome-texts.ts';
import { rest } from './home-parts.ts';

/** Recoveries that wait for this person. What would happen is read where they decide: in the thread. */
export function approvals({ shown, left }: Home['approvals']): KnownBlock[] {
  if (shown.length === 0) return [];
  return [
    mrkdwn('*✋ Waits for your approval*'),
    ...shown.map(({ failure, run }) =>
      richText(
        section(
          text(`${strategyName(run.strategy)}: `, { bold: true }),
          ...what(failure),
          text(`\n${clip(oneLine(run.plan.summary), 200)} · until `),
          date(run.expiresAt),
          text(` · ${missingWords(missingApprovals(run)).replace(/\.$/, '')}`),
          ...whereItIs(failure, 'Read and decide'),
        ),
      ),
    ),
    ...rest(left, 'list severity>=4'),
  ];
}

/** Failures with what can be done about each from here. */
export function failures(
  title: string,
  { shown, left }: Some<Listed>,
  { button, command }: { button?: 'acknowledge'; command: string },
): KnownBlock[] {
  if (shown.length === 0) return rest(left, command);
  return [
    ...(title ? [mrkdwn(`*${title}*`)] : []),
    ...shown.flatMap((one) => [
      richText(section(...what(one), text('\n'), ...state(one), ...whereItIs(one, 'Open the card'))),
      ...failureButtons(button ? [button] : [], {
        failureId: one.id,
        episode: one.episode,
        from: { place: 'home' },
        blockId: `home/${one.id}/${one.version}`,
        hasMore: true,
      }),
    ]),
    ...rest(left, command),
  ];
}

function what({ level, id, componentTitle, title }: Listed): RichTextElement[] {
  return [
    text(`${levelIcon[level]} ${levelName(level)} `, { bold: true }),
    text(id, { code: true }),
    text(` ${clip(componentTitle, 64)}: ${clip(oneLine(title), 150)}`),
  ];
}

function state({ status, isWaiting, by, count, lastSeenAt, openedAt }: Listed): RichTextElement[] {
  return [
    text(isWaiting ? waitsText : status),
    ...(by ? [text(isWaiting ? ' · taken by ' : ' by '), actor(by)] : []),
    text(' · since '),
    date(openedAt),
    ...(count > 1 ? [text(` · seen ${times(count)}, last `), date(lastSeenAt)] : []),
  ];
}

function whereItIs({ permalink }: Listed, words: string): RichTextElement[] {
  return permalink ? [text(' · '), link(permalink, words)] : [];
}
