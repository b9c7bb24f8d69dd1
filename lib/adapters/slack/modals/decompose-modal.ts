import type { ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import type { Complexity } from '../../../work/complexity.ts';
import { typedRequirements } from '../../../work/requirements-in.ts';
import { sharedMinutes } from '../../../work/split-item.ts';
import type { WorkItem } from '../../../work/work-item.ts';
import { hours } from '../cards/durations.ts';
import { clip, escapeAndClip, escapeMrkdwn, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import { readEntered } from './entered.ts';
import { form, input, paragraph, plain, smallPrint } from './form-parts.ts';

export const decomposeForm = { callbackId: 'kintsugi.decompose', requirements: 'requirements' } as const;

/** What is to be split: an item of the queue, or one that only the failure's signal names. */
export type Splittable = Pick<WorkItem, 'id' | 'title' | 'requirements' | 'estimateMinutes'>;

/** One requirement a line becomes one part; nothing is split before it is sent off. */
export function decomposeModal(
  { id: failureId, episode }: Pick<Failure, 'id' | 'episode'>,
  item: Splittable,
  { score, reasons }: Complexity,
  requirements: string[],
): ModalView {
  return form({
    callbackId: decomposeForm.callbackId,
    title: `Decompose ${failureId}`,
    submit: 'Split it',
    metadata: { failureId, episode, workItemId: item.id },
    blocks: [
      paragraph(`\`${escapeMrkdwn(item.id)}\` ${escapeAndClip(oneLine(item.title), 300)}`),
      paragraph(
        `*Complexity ${score} of 10*${reasons.length > 0 ? `: ${escapeAndClip(reasons.join(', '), 500)}` : ''}`,
      ),
      input(
        decomposeForm.requirements,
        'What it must do, one a line',
        {
          type: 'plain_text_input',
          action_id: decomposeForm.requirements,
          multiline: true,
          max_length: limits.plainTextInput,
          ...(requirements.length > 0 && { initial_value: clip(requirements.join('\n'), limits.plainTextInput) }),
          placeholder: plain('Its text names no list: write one requirement a line'),
        },
        { hint: 'At least two. Each line becomes an item of its own, in this order.' },
      ),
      smallPrint(hoursPreview(item.estimateMinutes, requirements.length)),
    ],
  });
}

/** The hours of the parts add up to exactly those of the whole. */
function hoursPreview(estimateMinutes: number | undefined, count: number): string {
  if (estimateMinutes === undefined) return 'It has no estimate, so its parts have none.';
  const shares = sharedMinutes(estimateMinutes, count);
  if (!shares || count < 2) return `Its ${hours(estimateMinutes)} are shared among the parts and add up exactly.`;
  const shown = shares.slice(0, 12).map(hours);
  const more = shares.length > shown.length ? ` + … (${shares.length} parts)` : '';
  return `As it stands: ${shown.join(' + ')}${more} = ${hours(estimateMinutes)}. With another list they are shared anew.`;
}

export function readDecompose(values: unknown): { requirements: string[] } | { errors: Record<string, string> } {
  const requirements = typedRequirements(readEntered(values).words(decomposeForm.requirements));
  const long = requirements.find((line) => Array.from(line).length > 1000);
  if (requirements.length >= 2 && requirements.length <= 100 && !long) return { requirements };
  const problem = long
    ? `A line is longer than 1,000 characters: ${clip(long, 60)}`
    : requirements.length > 100
      ? `There are ${requirements.length} lines, and at most 100 can be split off.`
      : 'At least two lines are needed: each becomes a part.';
  return { errors: { [decomposeForm.requirements]: problem } };
}
