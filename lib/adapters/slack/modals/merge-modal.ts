import type { KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import type { FailureId } from '../../../failure/ids.ts';
import type { mergeHindrance } from '../../../failure/merge-failures.ts';
import type { Level } from '../../../signal/signal.ts';
import { clip, escapeAndClip, oneLine } from '../escape.ts';
import { levelIcon } from '../level-words.ts';
import { limits } from '../limits.ts';
import { readEntered } from './entered.ts';
import { form, input, option, paragraph, plain, smallPrint } from './form-parts.ts';

export const mergeForm = { callbackId: 'kintsugi.merge', other: 'merge-with' } as const;

/** Says of which failure this one is part, or the other way round: which is kept follows from their age. */
export function mergeModal(failure: Failure): ModalView {
  return form({
    callbackId: mergeForm.callbackId,
    title: `Merge ${failure.id}`,
    submit: 'Merge',
    metadata: { failureId: failure.id, episode: failure.episode },
    blocks: [
      paragraph(`*${failure.id}* ${levelIcon[failure.level]} ${escapeAndClip(oneLine(failure.title), 300)}`),
      input(
        mergeForm.other,
        'It is the same failure as',
        {
          type: 'external_select',
          action_id: mergeForm.other,
          min_query_length: 0,
          placeholder: plain('Choose one, or type its id'),
        },
        {
          hint: 'Of the same component only: what is open, and what memory finds alike. What is like it elsewhere is another failure.',
        },
      ),
      ...onlyYounger(failure),
      smallPrint(
        'The older of the two is kept, and counts for both from now on. Nothing is lost: the other keeps its history, and *Split* takes it out again.',
      ),
    ],
  });
}

/** Of two the younger one stands still: this one cannot now, so only what is younger is offered. */
function onlyYounger({ status, workaround }: Failure): KnownBlock[] {
  if (status === 'recovering') {
    return [
      paragraph('⏳ A recovery of it is under way. Until that is over only younger failures can be merged into it.'),
    ];
  }
  return workaround
    ? [paragraph('🩹 It has a workaround. Until that is gone only younger failures can be merged into it.')]
    : [];
}

/** One that it could be merged with. */
export interface Candidate {
  failureId: FailureId;
  title: string;
  level: Level;
  status: string;
  /** It was named, and cannot be merged. */
  hindrance?: Hindrance;
}
type Hindrance = NonNullable<ReturnType<typeof mergeHindrance>>;

const hindrances: Record<Hindrance, string> = {
  'other-component': 'Another component: it cannot be the same failure',
  recovering: 'Cannot be merged while a recovery of it is under way',
  'has-workaround': 'Cannot be merged while it has a workaround',
};

export function mergeOptions(candidates: Candidate[]): PlainTextOption[] {
  return candidates
    .slice(0, limits.selectOptions)
    .map(({ failureId, title, level, status, hindrance }) =>
      option(
        `${levelIcon[level]} ${failureId} ${clip(oneLine(title), 55)}`,
        failureId,
        hindrance ? hindrances[hindrance] : `Level ${level}, ${status}`,
      ),
    );
}

export function readMerge(values: unknown): { other: string } | { errors: Record<string, string> } {
  const other = readEntered(values).choice(mergeForm.other);
  return other ? { other } : { errors: { [mergeForm.other]: 'Choose the failure that it is the same as.' } };
}
