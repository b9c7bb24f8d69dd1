import type { ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import { FailureId } from '../../../failure/ids.ts';
import { clip, escapeAndClip, oneLine } from '../escape.ts';
import { readEntered } from './entered.ts';
import { form, input, notice, option, paragraph, smallPrint } from './form-parts.ts';

export const splitForm = { callbackId: 'kintsugi.split', parts: 'parts' } as const;
/** What Slack takes in one list of check boxes. */
const mostBoxes = 10;

/** Which of the failures that were merged into this one are something else after all. `counts`: how often each was seen. */
export function splitModal(failure: Failure, counts: ReadonlyMap<FailureId, number>): ModalView {
  const { absorbed = [] } = failure;
  if (absorbed.length === 0) {
    return notice(
      `Split ${failure.id}`,
      'Nothing is merged into it: all its signals are of one kind, so there is nothing to split off.',
    );
  }
  const rest = absorbed.length - mostBoxes;
  return form({
    callbackId: splitForm.callbackId,
    title: `Split ${failure.id}`,
    submit: 'Split off',
    metadata: { failureId: failure.id, episode: failure.episode },
    blocks: [
      paragraph(`*${failure.id}* ${escapeAndClip(oneLine(failure.title), 300)}`),
      input(splitForm.parts, 'What is not this failure?', {
        type: 'checkboxes',
        action_id: splitForm.parts,
        // The newest first: a wrong one is noticed soon.
        options: absorbed
          .toReversed()
          .slice(0, mostBoxes)
          .map(({ failureId, title }) =>
            option(failureId, failureId, `${seen(counts.get(failureId))}: ${clip(oneLine(title), 120)}`),
          ),
      }),
      ...(rest > 0
        ? [smallPrint(`And ${rest} older ones: \`/failure split F-…\` with the id of one takes that one out.`)]
        : []),
      smallPrint('Each is a failure of its own again, as it stood before, with its own count and its own card.'),
    ],
  });
}

function seen(count = 0): string {
  return count === 1 ? 'Seen once' : `Seen ${count} times`;
}

export function readSplit(values: unknown): { parts: FailureId[] } | { errors: Record<string, string> } {
  const parts = readEntered(values)
    .choices(splitForm.parts)
    .flatMap((id) => FailureId.safeParse(id).data ?? []);
  return parts.length > 0 ? { parts } : { errors: { [splitForm.parts]: 'Choose at least one.' } };
}
