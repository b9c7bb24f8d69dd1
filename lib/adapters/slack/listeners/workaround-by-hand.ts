import type { Actor } from '../../../failure/ids.ts';
import { componentPolicy } from '../../../policy/policy.ts';
import { applyWorkaround } from '../../../recovery/apply-workaround.ts';
import { removeWorkaround } from '../../../recovery/remove-workaround.ts';
import { renewWorkaround } from '../../../recovery/renew-workaround.ts';
import type { WorkaroundRefusal } from '../../../recovery/workaround.ts';
import { readWorkaround } from '../modals/read-workaround-form.ts';
import { tooLongText } from '../modals/removal-day.ts';
import { readStanding, standingForm } from '../modals/standing-workaround-modal.ts';
import { workaroundForm } from '../modals/workaround-modal.ts';
import { recoveryRefusedText, whoText } from '../refusal-texts.ts';
import { FailureSubject, type Form, type FormAnswer, parseMetadata, type SubmittedForm } from './form.ts';
import { refuseForm } from './refuse-form.ts';
import type { SlackPorts } from './slack-ports.ts';

/** The same words again are the same workaround, so sending it off twice makes one. */
export const workaroundByHand: Form = {
  callbackId: workaroundForm.callbackId,
  firstField: workaroundForm.removeBy,
  async submit(ports, form, by) {
    const subject = parseMetadata(FailureSubject, form);
    const stored = await ports.failures.get(subject.failureId);
    const known = stored ? componentPolicy(ports.policy, stored.failure.component).workarounds : [];
    const read = readWorkaround(form.state.values, { known, now: ports.now() });
    if ('errors' in read) return read;
    const { text, original, ...rest } = read.draft;
    const redacted = {
      // A known one stays word for word: its title is how it is counted.
      text: known.some(({ title }) => title === text) ? text : await ports.redact(text),
      ...(original && { original: await ports.redact(original) }),
    };
    const outcome = await applyWorkaround(ports, { ...subject, ...rest, ...redacted, by });
    return outcome.kind === 'refused' ? refused(outcome, redacted.text) : { closed: true };
  },
};

export const standingWorkaround: Form = {
  callbackId: standingForm.callbackId,
  firstField: standingForm.removeBy,
  submit: decideStanding,
};

async function decideStanding(ports: SlackPorts, form: SubmittedForm, by: Actor): Promise<FormAnswer> {
  const subject = parseMetadata(FailureSubject, form);
  const read = readStanding(form.state.values, ports.now());
  if ('errors' in read) return read;
  if (read.what === 'gone') {
    const outcome = await removeWorkaround(ports, { ...subject, by });
    // Somebody else removed it, or this is the second try: it is gone.
    const isGone = outcome.kind === 'removed' || outcome.because === 'none-standing';
    return isGone ? { closed: true } : refused(outcome);
  }
  const { removeBy } = read;
  const standing = (await ports.failures.get(subject.failureId))?.failure.workaround;
  if (standing?.removeBy === removeBy) return { closed: true };
  const outcome = await renewWorkaround(ports, { ...subject, removeBy, by });
  return outcome.kind === 'refused' ? refused(outcome) : { closed: true };
}

function refused(refusal: WorkaroundRefusal, typed = ''): FormAnswer {
  return refuseForm(refusalText(refusal), { field: workaroundForm.removeBy, typed });
}

function refusalText(refusal: WorkaroundRefusal): string {
  switch (refusal.because) {
    case 'already-standing':
      return 'Another workaround is in place already. Close this form and open it again: it lets you remove that one.';
    case 'none-standing':
      return 'There is no workaround any more: somebody removed it.';
    case 'too-early':
      return `Choose a later day: it is to be gone by ${refusal.earliest.slice(0, 10)} as it stands.`;
    case 'needs-approver':
      return `It was put off twice. The third time another person sends this form, not who put it in place or owns it. Who may: ${refusal.who.length > 0 ? whoText(refusal.who) : 'every full member of the workspace'}.`;
    case 'too-late':
      return tooLongText;
    case 'longest-already':
      return `It may stay until ${refusal.until.slice(0, 10)} already, and a year from now is the longest. Leave it as it is: put it off when that day is nearer.`;
    default:
      return recoveryRefusedText(refusal);
  }
}
