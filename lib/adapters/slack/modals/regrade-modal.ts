import type { ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import { criteria } from '../../../severity/criteria.ts';
import { Level } from '../../../signal/signal.ts';
import { escapeAndClip, oneLine } from '../escape.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { readEntered } from './entered.ts';
import { form, input, option, paragraph, plain, smallPrint } from './form-parts.ts';
import { levels } from './report-modal.ts';

export const regradeForm = { callbackId: 'kintsugi.regrade', level: 'level', reason: 'reason' } as const;

/** The right level and why; the seed's criteria stand beside the choice. */
export function regradeModal(failure: Failure): ModalView {
  const { level, levelReasons } = failure;
  return form({
    callbackId: regradeForm.callbackId,
    title: `Re-grade ${failure.id}`,
    submit: 'Re-grade',
    metadata: { failureId: failure.id, episode: failure.episode },
    blocks: [
      paragraph(
        `Now ${levelIcon[level]} *level ${level}, ${levelName(level).toLowerCase()}*: ${escapeAndClip(
          levelReasons.slice(0, 3).map(oneLine).join('; '),
          600,
        )}`,
      ),
      input(regradeForm.level, 'The right level', {
        type: 'static_select',
        action_id: regradeForm.level,
        placeholder: plain('Choose'),
        options: levels
          .filter((other) => other !== level)
          .map((other) =>
            option(
              `${levelIcon[other]} ${other} ${levelName(other)}`,
              String(other),
              `Response: ${criteria[other].response}`,
            ),
          ),
      }),
      paragraph(
        levels
          .map((one) => `${levelIcon[one]} *${one} ${levelName(one)}*: ${criteria[one].criteria.join(', ')}`)
          .join('\n'),
      ),
      input(
        regradeForm.reason,
        'Why?',
        { type: 'plain_text_input', action_id: regradeForm.reason, multiline: true, max_length: 500 },
        { hint: 'It stands on the timeline with your name.' },
      ),
      smallPrint('What the new level orders begins at once; what only the old one ordered is taken back.'),
    ],
  });
}

export function readRegrade(
  values: unknown,
): { draft: { level: Level; reason: string } } | { errors: Record<string, string> } {
  const entered = readEntered(values);
  const level = Level.safeParse(Number(entered.choice(regradeForm.level)));
  const reason = entered.words(regradeForm.reason);
  if (level.success && reason) return { draft: { level: level.data, reason } };
  return {
    errors: {
      ...(!level.success && { [regradeForm.level]: 'Choose a level.' }),
      ...(!reason && { [regradeForm.reason]: 'Say in a few words why.' }),
    },
  };
}
