import type { ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import type { Workaround } from '../../../failure/workaround.ts';
import { usualDays } from '../../../recovery/workaround.ts';
import { actorMrkdwn, dateMrkdwn } from '../cards/rich-text.ts';
import { escapeAndClip, oneLine } from '../escape.ts';
import { readEntered } from './entered.ts';
import { form, input, option, paragraph } from './form-parts.ts';
import { dayAfter, dayProblem, endOfDay, lastDay, removeByField } from './removal-day.ts';

export const standingForm = {
  callbackId: 'kintsugi.workaround-standing',
  what: 'what',
  removeBy: removeByField,
} as const;

/** One is in place: it goes, or it stays a while longer. */
export function standingWorkaroundModal({ id, episode }: Failure, standing: Workaround, now: Date): ModalView {
  const { text, by, at, owner, removeBy, original, renewals, mayBeGone } = standing;
  const gone = option('It is gone', 'gone', 'Closes its item in the queue');
  const stays = option('It must stay longer', 'stays', 'Until the day below; the third time an approver says so');
  const usual = dayAfter(new Date(Math.max(Date.parse(removeBy), now.getTime())), usualDays);
  const offered = usual < lastDay(now) ? usual : lastDay(now);
  const put = renewals > 0 ? `, put off ${renewals === 1 ? 'once' : `${renewals} times`}` : '';
  return form({
    callbackId: standingForm.callbackId,
    title: `Workaround ${id}`,
    submit: 'Save',
    metadata: { failureId: id, episode },
    blocks: [
      paragraph(`*In place:* ${escapeAndClip(oneLine(text), 900)}`),
      paragraph(
        [
          `Since ${dateMrkdwn(at)}, by ${actorMrkdwn(by)}. To be gone by ${dateMrkdwn(removeBy)}${put}.`,
          ...(owner ? [`Owner: ${actorOrGroup(owner)}`] : []),
          ...(mayBeGone ? [`⚠️ It may be gone: look at what ${mayBeGone} put back, and say so here.`] : []),
          ...(original ? [`The plan before: ${escapeAndClip(oneLine(original), 900)}`] : []),
        ].join('\n'),
      ),
      input(standingForm.what, 'What now?', {
        type: 'radio_buttons',
        action_id: standingForm.what,
        options: [gone, stays],
        initial_option: gone,
      }),
      input(
        standingForm.removeBy,
        'If it stays: gone by',
        { type: 'datepicker', action_id: standingForm.removeBy, initial_date: offered },
        { optional: true },
      ),
    ],
  });
}

export function readStanding(
  values: unknown,
  now: Date,
): { what: 'gone' } | { what: 'stays'; removeBy: string } | { errors: Record<string, string> } {
  const entered = readEntered(values);
  if (entered.choice(standingForm.what) !== 'stays') return { what: 'gone' };
  const removeBy = endOfDay(entered.date(standingForm.removeBy));
  const errors = dayProblem(removeBy, now);
  return removeBy && Object.keys(errors).length === 0
    ? { what: 'stays', removeBy: removeBy.toISOString() }
    : { errors };
}

/** A component's owner may be a group, which policy names by its handle. */
function actorOrGroup(owner: string): string {
  return owner.startsWith('@') ? escapeAndClip(owner.slice(1), 80) : actorMrkdwn(owner);
}
