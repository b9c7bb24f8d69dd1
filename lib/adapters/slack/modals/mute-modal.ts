import type { ModalView } from '@slack/types';
import { longestMuteMs, shortestMuteMs } from '../../../noise/mute.ts';
import { clip, escapeMrkdwn } from '../escape.ts';
import { muteTexts } from '../mute-texts.ts';
import { readEntered } from './entered.ts';
import { form, input, option, paragraph, smallPrint } from './form-parts.ts';

export const muteForm = { callbackId: 'kintsugi.mute', time: 'time', reason: 'reason' } as const;

const minuteMs = 60_000;
const times: [string, number][] = [
  ['30 minutes', 30],
  ['1 hour', 60],
  ['2 hours', 120],
  ['4 hours', 240],
  ['8 hours', 480],
  ['24 hours', 1440],
];

/** How long and why; `forMs` and `reason` are what was typed with the command. */
export function muteModal({
  component,
  forMs = 120 * minuteMs,
  reason = '',
}: {
  component: string;
  forMs?: number | undefined;
  reason?: string | undefined;
}): ModalView {
  const options = times.map(([words, minutes]) => option(words, String(minutes)));
  const minutes = Math.round(forMs / minuteMs);
  const chosen =
    options.find(({ value }) => value === String(minutes)) ?? option(`${minutes} minutes`, String(minutes));
  return form({
    callbackId: muteForm.callbackId,
    title: 'Mute',
    submit: 'Mute it',
    metadata: { component },
    blocks: [
      paragraph(`Nobody is called for *${escapeMrkdwn(component)}*, and no new card of it comes. ${muteTexts.what}`),
      input(muteForm.time, 'For how long?', {
        type: 'static_select',
        action_id: muteForm.time,
        options: options.some(({ value }) => value === chosen.value) ? options : [chosen, ...options],
        initial_option: chosen,
      }),
      input(
        muteForm.reason,
        'Why?',
        {
          type: 'plain_text_input',
          action_id: muteForm.reason,
          max_length: 250,
          ...(reason && { initial_value: clip(reason, 250) }),
        },
        { hint: 'It stands in the channel with your name.' },
      ),
      smallPrint(`\`/failure unmute ${escapeMrkdwn(component)}\` ends it before its time.`),
    ],
  });
}

export function readMute(
  values: unknown,
): { draft: { forMs: number; reason: string } } | { errors: Record<string, string> } {
  const entered = readEntered(values);
  const forMs = Number(entered.choice(muteForm.time)) * minuteMs;
  const reason = entered.words(muteForm.reason);
  const isTime = forMs >= shortestMuteMs && forMs <= longestMuteMs;
  if (isTime && reason) return { draft: { forMs, reason } };
  return {
    errors: {
      ...(!isTime && { [muteForm.time]: 'Choose a time.' }),
      ...(!reason && { [muteForm.reason]: 'Say in a few words why.' }),
    },
  };
}
