import type { KnownBlock, RichTextSection } from '@slack/types';
import type { Home } from '../../../home/home.ts';
import type { AttentionTarget } from '../../../ports.ts';
import type { RunnerState } from '../../../recovery/runner-states.ts';
import { howLong } from '../cards/durations.ts';
import { gateRow } from '../cards/gates-message.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { actor, bullets, date, richText, section, text } from '../cards/rich-text.ts';
import { clip, oneLine } from '../escape.ts';
import { standingMuteText } from '../mute-texts.ts';
import { heading, rest } from './home-parts.ts';

/** What stands around the failures: each part only where there is something to say. */

export function gates({ shown, left }: Home['gates'], { mayOpen }: { mayOpen: boolean }): KnownBlock[] {
  if (shown.length === 0) return [];
  return [heading('Gates shut'), ...shown.map((holder) => gateRow(holder, {}, { mayOpen })), ...rest(left, 'gate')];
}

export function mutes({ shown, left }: Home['mutes']): KnownBlock[] {
  if (shown.length === 0) return [];
  return [heading('Muted'), ...shown.map((mute) => mrkdwn(standingMuteText(mute))), ...rest(left, 'mute')];
}

export function debts({ shown, left }: Home['debts']): KnownBlock[] {
  return listed(
    'Debts',
    shown.map(({ item, dueAt, isOverdue }) =>
      section(
        text(isOverdue ? '⏰ overdue since ' : 'by ', { bold: isOverdue }),
        date(dueAt),
        text(`: ${clip(oneLine(item.title), 150)}`),
        ...(item.owner ? [text(' · owner '), actor(item.owner)] : []),
        ...(item.failureId ? [text(' · '), text(item.failureId, { code: true })] : []),
      ),
    ),
    rest(left, 'queue'),
  );
}

export function work({ shown, left }: Home['work']): KnownBlock[] {
  return listed(
    'My work',
    shown.map((item) =>
      section(
        text(clip(item.id, 40), { code: true }),
        text(` ${clip(oneLine(item.title), 150)} · ${item.component} · ${item.state}`),
        ...(item.failureId ? [text(' · '), text(item.failureId, { code: true })] : []),
      ),
    ),
    rest(left, 'queue'),
  );
}

export function runners({ shown, left }: Home['runners']): KnownBlock[] {
  return listed('Runners', shown.map(runnerLine), rest(left, 'runners'));
}

function runnerLine({ name, state, heard, quietForMs = 0, hasKey }: RunnerState): RichTextSection {
  const lacksKey = hasKey ? [] : [text(' · its key is missing in kintsugi.yml')];
  switch (state) {
    case 'quiet':
      return section(
        text(`⚠️ ${name}: not heard for ${howLong(quietForMs)}`, { bold: true }),
        text('. Is its host up?'),
        ...lacksKey,
      );
    case 'never':
      return section(text(`⚠️ ${name}: never heard`, { bold: true }), ...lacksKey);
    case 'here':
    case 'gone':
      return section(
        text(`${state === 'here' ? '🟢' : '➖'} ${name}`),
        ...(heard?.runId ? [text(' is at work on '), text(heard.runId, { code: true })] : []),
        ...lacksKey,
      );
    default:
      return state satisfies never;
  }
}

export function parked({ shown, left }: Home['parked']): KnownBlock[] {
  return listed(
    'Given up for now',
    shown.map(({ target, reason }) =>
      section(text(nameOf(target), { code: true }), text(` ${clip(oneLine(reason), 200)}`)),
    ),
    left > 0 ? [richText(section(text(`… and ${left} more`)))] : [],
  );
}

function nameOf(target: AttentionTarget): string {
  switch (target.kind) {
    case 'failure':
      return target.failureId;
    case 'run':
      return `${target.failureId} ${target.runId}`;
    case 'work':
      return target.workItemId;
    case 'group':
      return target.fingerprint;
    case 'bundle':
      return target.bundleId;
    default:
      return target satisfies never;
  }
}

function listed(title: string, lines: RichTextSection[], after: KnownBlock[]): KnownBlock[] {
  return lines.length === 0 ? [] : [heading(title), richText(bullets(lines)), ...after];
}
