import { gravestLevel } from '../../../failure/failure.ts';
import { regradeFailure } from '../../../failure/regrade-failure.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { readRegrade, regradeForm } from '../modals/regrade-modal.ts';
import { forbiddenText, unchangedText } from '../refusal-texts.ts';
import { FailureSubject, type Form, parseMetadata } from './form.ts';
import { refuseForm } from './refuse-form.ts';

export const regradeByHand: Form = {
  callbackId: regradeForm.callbackId,
  firstField: regradeForm.reason,
  async submit(ports, form, by) {
    const subject = parseMetadata(FailureSubject, form);
    const read = readRegrade(form.state.values);
    if ('errors' in read) return read;
    const { level } = read.draft;
    const reason = await ports.redact(read.draft.reason);
    const failure = (await ports.failures.get(subject.failureId))?.failure;
    const forbidden = failure && (await mayNotStart(ports, { by, level: gravestLevel(failure) }));
    if (forbidden) return refuseForm(forbiddenText(forbidden), { field: regradeForm.level, typed: reason });
    const transition = await regradeFailure(ports, { ...subject, level, reason, by });
    if (transition.kind === 'moved') return { closed: true };
    const { regraded } = transition.failure;
    const isMine = transition.because === 'same-level' && regraded?.by === by && regraded.reason === reason;
    // Sent off twice: the first one did it.
    return isMine
      ? { closed: true }
      : refuseForm(unchangedText(transition), { field: regradeForm.level, typed: reason });
  },
};
