import type { ModalView } from '@slack/types';
import { escapeMrkdwn } from '../escape.ts';
import { readEntered } from './entered.ts';
import { form, input, option, paragraph, smallPrint } from './form-parts.ts';

export const gateForm = { callbackId: 'kintsugi.gate', mode: 'mode', reason: 'reason', until: 'until' } as const;

/** Shuts a gate by hand. `openedAt` is when the form was opened: a gate that was opened since stays open. */
export function gateModal({ scope, openedAt }: { scope: string; openedAt: string }): ModalView {
  const stop = option('Stop', 'stop', 'Nothing goes on until somebody opens it');
  const hold = option('Hold', 'hold', 'Nothing goes on until the time below, then one item is tried');
  return form({
    callbackId: gateForm.callbackId,
    title: 'Shut a gate',
    submit: 'Shut it',
    metadata: { scope, openedAt },
    blocks: [
      paragraph(
        `No work on *${escapeMrkdwn(scope)}*, and on all that needs it, is handed out. What runs already goes on.`,
      ),
      input(gateForm.mode, 'How?', {
        type: 'radio_buttons',
        action_id: gateForm.mode,
        options: [stop, hold],
        initial_option: stop,
      }),
      input(
        gateForm.reason,
        'Why?',
        { type: 'plain_text_input', action_id: gateForm.reason, max_length: 250 },
        { hint: 'Everybody who is held up reads this.' },
      ),
      input(
        gateForm.until,
        'Until when?',
        { type: 'datetimepicker', action_id: gateForm.until },
        { optional: true, hint: 'Needed for a hold.' },
      ),
      smallPrint(`\`/failure gate ${escapeMrkdwn(scope)}\` opens it again.`),
    ],
  });
}

export type GateEntry = { mode: 'stop'; reason: string } | { mode: 'hold'; reason: string; until: Date };

export function readGate(values: unknown, now: Date): { draft: GateEntry } | { errors: Record<string, string> } {
  const entered = readEntered(values);
  const reason = entered.words(gateForm.reason);
  const until = entered.moment(gateForm.until);
  const isHold = entered.choice(gateForm.mode) === 'hold';
  const untilProblem = isHold
    ? heldUntilProblem(until, now)
    : until
      ? 'A stop has no end: choose Hold, or leave this empty.'
      : '';
  if (!reason || untilProblem) {
    return {
      errors: {
        ...(!reason && { [gateForm.reason]: 'Say in a few words why.' }),
        ...(untilProblem && { [gateForm.until]: untilProblem }),
      },
    };
  }
  return { draft: isHold && until ? { mode: 'hold', reason, until } : { mode: 'stop', reason } };
}

const longestDays = 90;

function heldUntilProblem(until: Date | undefined, now: Date): string {
  if (!until) return 'A hold needs its end: choose a day and a time.';
  if (until <= now) return 'That is in the past. Choose a time to come.';
  const isFar = until.getTime() - now.getTime() > longestDays * 86_400_000;
  return isFar ? `That is more than ${longestDays} days away. Choose Stop, and open it by hand.` : '';
}
