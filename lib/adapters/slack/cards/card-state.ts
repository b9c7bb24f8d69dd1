import type { SectionBlock } from '@slack/types';
import { isEnded } from '../../../failure/failure.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import type { CardView } from '../../../response/content.ts';
import { missingWords, namesWithoutRing } from '../approval-words.ts';
import { escapeAndClip, escapeMrkdwn, oneLine } from '../escape.ts';
import { actorMrkdwn, dateMrkdwn, endedBy, type NameOf } from './rich-text.ts';

/** Who has it and how far it is; `mention` rings. */
export function state(view: CardView, mention: string | undefined, nameOf: NameOf | undefined): SectionBlock {
  const called = isEnded(view) ? [] : (view.called ?? []);
  const call = mention
    ? `\n${mention} please have a look.`
    : called.length > 0
      ? `\nCalled: ${namesWithoutRing(called, nameOf)}.`
      : '';
  return { type: 'section', text: { type: 'mrkdwn', text: stateText(view, nameOf) + call } };
}

function stateText(
  { status, openedAt, acknowledged, resolved, merged, run }: CardView,
  nameOf: NameOf | undefined,
): string {
  switch (status) {
    case 'open':
      return `*Open* since ${dateMrkdwn(openedAt)}. Nobody has it yet.`;
    case 'acknowledged':
      return acknowledged
        ? `*Acknowledged* by ${actorMrkdwn(acknowledged.by, nameOf)}, ${dateMrkdwn(acknowledged.at)}`
        : '*Acknowledged*';
    case 'recovering':
      return `${recoveringText(run)}${acknowledged ? ` ${actorMrkdwn(acknowledged.by, nameOf)} has it.` : ''}`;
    case 'resolved': {
      if (!resolved) return '*Resolved*';
      return `*Resolved* ${endedBy(resolved, nameOf)}, ${dateMrkdwn(resolved.at)}`;
    }
    case 'merged': {
      if (!merged) return '*Merged*';
      const where = merged.permalink ? `<${merged.permalink}|${merged.into}>` : merged.into;
      return `🔗 *Merged into ${where}* by ${actorMrkdwn(merged.by, nameOf)}, ${dateMrkdwn(merged.at)}. It is the same failure: go on there.`;
    }
    default:
      return status satisfies never;
  }
}

function recoveringText(run: CardView['run']): string {
  const name = run ? escapeMrkdwn(strategyName(run.strategy)) : '';
  switch (run?.state) {
    case 'awaiting-approval': {
      const until = run.expiresAt ? `, until ${dateMrkdwn(run.expiresAt)}` : '';
      return `✋ *${name} waits for approval*${until}. ${missingWords(run.missing)} The buttons are in the thread.`;
    }
    case 'requested':
      return `⏳ *${name}* was asked for and waits for the runner. Nothing is touched yet.`;
    default:
      return '*Recovering.* The steps are in the thread.';
  }
}

/** What stands besides its state: what its level brought about, a person's correction, a workaround that is to go again. */
export function debts(
  { regraded, workaround, level, gates, absorbed, stopped }: CardView,
  nameOf: NameOf | undefined,
): SectionBlock[] {
  const lines = [
    ...(absorbed.length > 0 ? [`🔗 *Merged into it, and counted here:* ${mergedList(absorbed)}`] : []),
    ...(stopped ? [stoppedLine(stopped)] : []),
    ...(gates ? [`🚧 *Gate shut because of it:* ${escapeAndClip(gates.join(', '), 200)}`] : []),
    ...(regraded
      ? [
          `⚖️ Re-graded by ${actorMrkdwn(regraded.by, nameOf)}: ${escapeAndClip(oneLine(regraded.reason), 150)}` +
            (regraded.evidence === level ? '' : ` (its signals said level ${regraded.evidence})`),
        ]
      : []),
    ...(workaround
      ? [
          `🩹 *Workaround until ${dateMrkdwn(workaround.removeBy)}:* ${escapeAndClip(oneLine(workaround.text), 200)} · ` +
            `owner ${actorMrkdwn(workaround.owner ?? workaround.by, nameOf)}` +
            (workaround.mayBeGone ? ` · *it may be gone:* look at what ${workaround.mayBeGone} put back` : ''),
        ]
      : []),
  ];
  return lines.length === 0 ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') } }];
}

const waysBack = {
  restart: '*Restart* brings this back.',
  'reopen-first': '*Reopen*, then *Restart* brings this back.',
  'by-hand': 'Start this again by hand.',
};

function stoppedLine({ components, wayBack }: NonNullable<CardView['stopped']>): string {
  const shown = components.slice(0, shownStopped).join(', ');
  const rest = components.length - shownStopped;
  const names = `${escapeAndClip(oneLine(shown), 300)}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `⚠️ *Stopped by an emergency shutdown:* ${names}. ${waysBack[wayBack]}`;
}

const shownStopped = 8;
const shownParts = 5;

function mergedList(absorbed: CardView['absorbed']): string {
  const rest = absorbed.length - shownParts;
  const ids = absorbed.slice(-shownParts).map(({ failureId }) => failureId);
  return `${ids.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
