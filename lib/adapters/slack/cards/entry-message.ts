import type { RichTextSection } from '@slack/types';
import type { EntryView } from '../../../response/content.ts';
import { clip, escapeAndClip, oneLine } from '../escape.ts';
import type { Calls, Message } from './failure-card.ts';
import { actor, actorMrkdwn, bullets, richText, section, text } from './rich-text.ts';

const shownLines = 30;

const icons: Partial<Record<EntryView['entry']['kind'], string>> = {
  'level-raised': '⬆️',
  regraded: '⚖️',
  workaround: '🩹',
  'workaround-removed': '🩹',
  decomposed: '🧩',
  acknowledged: '🙋',
  'recovery-succeeded': '✅',
  'recovery-failed': '❌',
  'recovery-ended': '⚠️',
  merged: '🔗',
  'merged-in': '🔗',
  split: '✂️',
  'split-off': '✂️',
  resolved: '✅',
  reopened: '↩️',
  'report-edited': '✏️',
};

/** One line of the timeline, in the card's thread. */
export function entryMessage({ entry }: EntryView, { mention, nameOf }: Calls): Message {
  const icon = icons[entry.kind] ? `${icons[entry.kind]} ` : '';
  const words = clip(oneLine(entry.text), 1000);
  return {
    text: `${icon}${escapeAndClip(words, 400)} · ${actorMrkdwn(entry.by, nameOf)}`,
    blocks: [
      richText(
        section(text(`${icon}${words} · `), actor(entry.by, nameOf)),
        ...(entry.list?.length ? [bullets(listLines(entry.list))] : []),
      ),
      ...(mention
        ? [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: `${mention} please have a look.` } }]
        : []),
    ],
  };
}

/** A runbook, or what a shutdown stops: as much of it as a message takes. */
function listLines(list: string[]): RichTextSection[] {
  const shown = list.slice(0, shownLines).map((line) => section(text(clip(oneLine(line), 250))));
  const rest = list.length - shown.length;
  return [...shown, ...(rest > 0 ? [section(text(`… and ${rest} more`))] : [])];
}
