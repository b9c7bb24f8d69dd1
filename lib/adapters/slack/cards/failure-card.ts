import type { ContextBlock, HeaderBlock, KnownBlock, RichTextBlock, SectionBlock } from '@slack/types';
import { isEnded } from '../../../failure/failure.ts';
import { isPerson } from '../../../failure/ids.ts';
import { causeTexts } from '../../../pattern/cause-texts.ts';
import type { CardView } from '../../../response/content.ts';
import { clip, escapeAndClip, escapeMrkdwn, oneLine } from '../escape.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { limits } from '../limits.ts';
import { fixText, outcomesText, times, waitsText } from '../outcome-texts.ts';
import { hindranceText } from '../refusal-texts.ts';
import { failureButtons } from './buttons.ts';
import { debts, state } from './card-state.ts';
import {
  actorMrkdwn,
  bullets,
  dateMrkdwn,
  link,
  type NameOf,
  preformatted,
  richText,
  section,
  text,
} from './rich-text.ts';

export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** Who a message names: `mention` rings; people are named in words where `nameOf` knows them, else by id. */
export interface Calls {
  mention?: string | undefined;
  nameOf?: NameOf;
}

/** The card of an episode: how bad, what, why so, who has it, what helped before, and what can be done now. */
export function failureCard(view: CardView, { mention, nameOf, blockId }: Calls & { blockId: string }): Message {
  return {
    text: notification(view),
    blocks: [
      title(view),
      whatHappened(view),
      state(view, mention, nameOf),
      ...debts(view, nameOf),
      ...knownPattern(view),
      ...seenBefore(view),
      ...similarOnes(view),
      ...withoutRecovery(view),
      footer(view, nameOf),
      ...failureButtons(view.plan.buttons, {
        failureId: view.failureId,
        episode: view.episode,
        from: { place: 'card' },
        blockId,
        hasMore: view.plan.hasMore,
        confirms: view.plan.confirms,
      }),
    ],
  };
}

const statusWords = {
  open: 'open',
  acknowledged: 'acknowledged',
  recovering: 'recovering',
  resolved: 'resolved',
  merged: 'merged',
};

function notification({ level, component, title, failureId, status, run }: CardView): string {
  const words = `${levelIcon[level]} ${levelName(level)} failure in ${component.title}: ${oneLine(title)}`;
  const state = run?.state === 'awaiting-approval' ? waitsText : statusWords[status];
  return `${escapeAndClip(words, limits.fallbackText - 50)} (${failureId}, ${state})`;
}

function title({ level, component, episode, status }: CardView): HeaderBlock {
  const icon = status === 'resolved' ? '✅' : status === 'merged' ? '🔗' : levelIcon[level];
  const again = episode > 1 ? ' · again' : '';
  const end = isEnded({ status }) ? ` · ${status}` : '';
  return {
    type: 'header',
    text: {
      type: 'plain_text',
      text: `${clip(`${icon} ${levelName(level)}: ${component.title}`, limits.header - 30)}${again}${end}`,
      emoji: true,
    },
  };
}

function whatHappened({ title, report: { error, impact }, level, levelReasons }: CardView): RichTextBlock {
  const said = [error?.type, error?.message].filter(Boolean).join(': ');
  const isNews = said !== '' && !oneLine(title).includes(oneLine(said));
  return richText(
    section(text(clip(oneLine(title), 300), { bold: true })),
    ...(isNews ? [preformatted(clip(said, 500))] : []),
    ...(impact ? [section(text('Impact: '), text(clip(oneLine(impact), 300)))] : []),
    section(
      text(`Why level ${level}: `, { italic: true }),
      text(clip(levelReasons.slice(0, 3).map(oneLine).join('; '), 400), { italic: true }),
    ),
  );
}

/** What kind of thing it was, and how the next one is prevented. */
function knownPattern({ cause }: CardView): SectionBlock[] {
  if (!cause) return [];
  const { name, prevention } = causeTexts[cause];
  return [
    { type: 'section', text: { type: 'mrkdwn', text: `🧠 *Known pattern:* ${name}.\n*Prevention:* ${prevention}` } },
  ];
}

/** A recurrence says so loudly, says what helped, and links the card where it helped. */
function seenBefore({ previous }: CardView): SectionBlock[] {
  if (!previous) return [];
  const what = previous.outcomes.length > 0 ? outcomesText(previous.outcomes) : 'resolved by hand';
  const earlier = previous.permalink ? ` · <${previous.permalink}|Earlier card>` : '';
  return [
    {
      type: 'section',
      text: {
        type: 'mrkdwn',
        text: `🔁 *Seen before: ${escapeMrkdwn(what)}*\nLast resolved ${dateMrkdwn(previous.resolvedAt)}${earlier}`,
      },
    },
  ];
}

function similarOnes({ similar, failureId, component }: CardView): RichTextBlock[] {
  const others = similar.filter((one) => one.failureId !== failureId).slice(0, 2);
  if (others.length === 0) return [];
  return [
    richText(
      section(text('Most like it')),
      bullets(
        others.map((one) =>
          section(
            ...(one.permalink ? [link(one.permalink, one.failureId)] : [text(one.failureId, { code: true })]),
            text(
              `${one.component === component.name ? '' : ` in ${clip(one.component, 64)},`} ${clip(oneLine(one.title), 120)}: `,
            ),
            text(clip(oneLine(fixText(one)), 120), { bold: one.fixedBy !== undefined }),
          ),
        ),
      ),
    ),
  ];
}

function withoutRecovery({ plan }: CardView): ContextBlock[] {
  if (!plan.withoutRecovery) return [];
  return [
    { type: 'context', elements: [{ type: 'mrkdwn', text: hindranceText(plan.withoutRecovery, 'rollback button') }] },
  ];
}

function footer(
  { failureId, component, counts, plan, report: { git, environment, reportedBy } }: CardView,
  nameOf: NameOf | undefined,
): ContextBlock {
  const { count, firstSeenAt, lastSeenAt } = counts;
  const seen =
    count === 1
      ? `seen once, ${dateMrkdwn(firstSeenAt)}`
      : `seen ${times(count)}, first ${dateMrkdwn(firstSeenAt)}, last ${dateMrkdwn(lastSeenAt)}`;
  const reporter = reportedBy && isPerson(reportedBy) ? ` · reported by ${actorMrkdwn(reportedBy, nameOf)}` : '';
  const where = [
    component.title === component.name ? '' : component.name,
    environment ?? '',
    plan.owner ? `owner ${plan.owner.startsWith('@') ? plan.owner.slice(1) : ''}`.trim() : '',
    git?.branch || git?.head
      ? `git ${[git.branch, git.head?.slice(0, 8)].filter(Boolean).join(' ')}${git.dirty ? ', uncommitted changes' : ''}`
      : '',
  ].filter((part) => part !== '' && part !== 'owner');
  return {
    type: 'context',
    elements: [
      { type: 'mrkdwn', text: `*${failureId}* · ${seen}${reporter}` },
      ...(where.length > 0 ? [{ type: 'plain_text' as const, text: clip(where.join(' · '), 400), emoji: false }] : []),
    ],
  };
}
