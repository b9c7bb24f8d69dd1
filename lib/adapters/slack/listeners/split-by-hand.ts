import type { ModalView } from '@slack/types';
import { levelFrom } from '../../../failure/absorbed.ts';
import { type Failure, gravestLevel } from '../../../failure/failure.ts';
import type { Actor, FailureId } from '../../../failure/ids.ts';
import { splitFailure } from '../../../failure/split-failure.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { countSignals } from '../../../response/count-signals.ts';
import { type SplitOff, splitNews } from '../merge-texts.ts';
import { readSplit, splitForm, splitModal } from '../modals/split-modal.ts';
import { forbiddenText, mergedText, noFailureText, unchangedText } from '../refusal-texts.ts';
import { FailureSubject, type Form, parseMetadata } from './form.ts';
import { refuseForm } from './refuse-form.ts';
import type { SlackPorts } from './slack-ports.ts';

export async function openSplit(ports: SlackPorts, failure: Failure): Promise<ModalView> {
  const counts = new Map<FailureId, number>();
  for (const { failureId } of failure.absorbed ?? []) {
    const part = (await ports.failures.get(failureId))?.failure;
    if (part) counts.set(failureId, (await countSignals(ports, part)).counts.count);
  }
  return splitModal(failure, counts);
}

export const splitByHand: Form = {
  callbackId: splitForm.callbackId,
  firstField: splitForm.parts,
  async submit(ports, form, by) {
    const { failureId } = parseMetadata(FailureSubject, form);
    const read = readSplit(form.state.values);
    if ('errors' in read) return read;
    const done: SplitOff[] = [];
    for (const part of read.parts) {
      const moved = await splitAs(ports, { failureId: part, from: failureId, by });
      if (!moved.isDone) {
        // What was split before this one is said, too.
        const words = done.length > 0 ? `${splitNews(done)}\n${moved.words}` : moved.words;
        return done.length > 0
          ? { notice: { title: 'Not all of them', text: words } }
          : refuseForm(words, { field: splitForm.parts });
      }
      done.push(moved);
    }
    return { notice: { title: 'Split off', text: splitNews(done) } };
  },
};

/** `from`: where it was seen to be part of; elsewhere by now, it is left there. */
export async function splitAs(
  ports: SlackPorts,
  { failureId, from, by, episode }: { failureId: FailureId; from?: FailureId; by: Actor; episode?: number },
): Promise<({ isDone: true; words: string } & SplitOff) | { isDone: false; words: string }> {
  const failure = (await ports.failures.get(failureId))?.failure;
  if (!failure) return { isDone: false, words: noFailureText(failureId) };
  if (from && failure.status === 'merged' && failure.mergedInto !== from) {
    return { isDone: false, words: mergedText(failure) };
  }
  const forbidden = await mayNotStart(ports, { by, level: gravestLevel(failure) });
  if (forbidden) return { isDone: false, words: forbiddenText(forbidden) };
  const older = failure.status === 'merged' ? (await ports.failures.get(failure.mergedInto))?.failure : undefined;
  const moved = await splitFailure(ports, { failureId, by, episode });
  if (moved.kind !== 'moved') return { isDone: false, words: unchangedText(moved) };
  const level = older && levelFrom(older, failureId);
  const done: SplitOff = { failure: moved.failure, ...(level && { kept: { older: older.id, ...level } }) };
  return { isDone: true, ...done, words: splitNews([done]) };
}
