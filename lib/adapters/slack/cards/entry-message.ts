import type { EntryView } from '../../../response/content.ts';
import { clip, escapeAndClip, oneLine } from '../escape.ts';
import type { Calls, Message } from './failure-card.ts';
import { actor, actorMrkdwn, richText, section, text } from './rich-text.ts';

const icons: Partial<Record<EntryView['entry']['kind'], string>> = {
  'level-raised': '⬆️',
  acknowledged: '👀',
  'recovery-succeeded': '✅',
  'recovery-failed': '❌',
  'recovery-ended': '⚠️',
  resolved: '✅',
  reopened: '↩️',
};

/** One line of the timeline, in the card's thread. */
export function entryMessage({ entry }: EntryView, { mention, nameOf }: Calls): Message {
  const icon = icons[entry.kind] ? `${icons[entry.kind]} ` : '';
  const words = clip(oneLine(entry.text), 1000);
  return {
    text: `${icon}${escapeAndClip(words, 400)} · ${actorMrkdwn(entry.by, nameOf)}`,
    blocks: [
      richText(section(text(`${icon}${words} · `), actor(entry.by, nameOf))),
      ...(mention
        ? [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: `${mention} please have a look.` } }]
        : []),
    ],
  };
}
