import type { AlertView } from '../../../response/content.ts';
import { clip, escapeAndClip, oneLine } from '../escape.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { limits } from '../limits.ts';
import type { Calls, Message } from './failure-card.ts';
import { richText, section, text } from './rich-text.ts';

/** A few words in another channel: how bad, what, and where its card is. */
export function alertMessage(view: AlertView, { mention }: Calls): Message {
  const { failureId, title, componentTitle, level, status, permalink } = view;
  const icon = status === 'resolved' ? '✅' : status === 'merged' ? '🔗' : levelIcon[level];
  const words = `${icon} ${levelName(level)} failure in ${componentTitle}`;
  const link = permalink ? `<${permalink}|Open the card>` : `\`/failure show ${failureId}\` has everything about it.`;
  return {
    text: `${escapeAndClip(`${words}: ${oneLine(title)}`, limits.fallbackText - 30)} (${failureId}, ${status})`,
    blocks: [
      richText(
        section(
          text(`${clip(words, 150)} · ${status}\n`, { bold: true }),
          text(failureId, { code: true }),
          text(` ${clip(oneLine(title), 300)}`),
        ),
      ),
      {
        type: 'section',
        text: { type: 'mrkdwn', text: `${link}${mention ? `\n${mention} please have a look.` : ''}` },
      },
    ],
  };
}
