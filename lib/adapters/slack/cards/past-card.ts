import type { PastCardView } from '../../../response/content.ts';
import { clip, escapeAndClip, oneLine } from '../escape.ts';
import { levelName } from '../level-words.ts';
import { limits } from '../limits.ts';
import type { Message } from './failure-card.ts';
import { dateMrkdwn, endedBy, richText, section, text } from './rich-text.ts';

/** A card whose episode is over and was followed by another: its final state, and the way to the new card. */
export function pastCard({
  failureId,
  episode,
  title,
  component,
  past,
  askedBy,
  nextPermalink,
}: PastCardView): Message {
  const how = past
    ? ` ${endedBy({ by: past.resolvedBy, how: past.how, askedBy })}, ${dateMrkdwn(past.resolvedAt)}`
    : '';
  const next = nextPermalink ? `<${nextPermalink}|Newer card>` : 'It has a newer card.';
  return {
    text: `${escapeAndClip(`${component.title}: ${oneLine(title)}`, limits.fallbackText - 60)} (${failureId}, resolved, happened again later)`,
    blocks: [
      {
        type: 'header',
        text: {
          type: 'plain_text',
          text: `${clip(`✅ ${past ? `${levelName(past.level)}: ` : ''}${component.title}`, limits.header - 30)} · resolved`,
          emoji: true,
        },
      },
      richText(section(text(clip(oneLine(title), 300), { bold: true }))),
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `*Resolved*${how}\n🔁 *Happened again.* ${next}`,
        },
      },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: `*${failureId}* · episode ${episode}${past ? `, opened ${dateMrkdwn(past.openedAt)}` : ''}`,
          },
        ],
      },
    ],
  };
}
