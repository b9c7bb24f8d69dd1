import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Failure } from '../../../failure/failure.ts';
import type { Actor } from '../../../failure/ids.ts';
import { type Edited, editReport, readText, textAt } from '../../../report/edit-report.ts';
import { fieldNames, type ReportField, type ReportText } from '../../../report/report-text.ts';
import { askedAgainId, conflictModal, editForm, editReportModal, othersText } from '../modals/edit-report-modal.ts';
import { readFields } from '../modals/report-fields.ts';
import { mergedText, noFailureText, unchangedText } from '../refusal-texts.ts';
import { FailureSubject, type Form, type FormAnswer, parseMetadata, type SubmittedForm } from './form.ts';
import { plainWords } from './refuse-form.ts';
import type { SlackPorts } from './slack-ports.ts';

/** What a form about a report carries: the version that it shows. */
export const ReportSubject = FailureSubject.extend({ base: z.int().min(0) });
export type ReportSubject = z.infer<typeof ReportSubject>;

export async function openEditReport(
  ports: SlackPorts,
  failure: Failure,
): Promise<{ open: ModalView } | { text: string }> {
  if (failure.status === 'merged') return { text: mergedText(failure) };
  return { open: editReportModal(failure, await readText(ports, failure)) };
}

export const editReportForm: Form = {
  callbackId: editForm.callbackId,
  firstField,
  async submit(ports, form, by) {
    const subject = parseMetadata(ReportSubject, form);
    const typed = await readTyped(ports, form, subject);
    if ('errors' in typed) return typed;
    const edited = await editReport(ports, { ...subject, mine: typed.text, by });
    const { transition, conflicts, others } = edited;
    if (transition.kind === 'unchanged' && transition.because !== 'same-report') {
      return atField(form, unchangedText(transition));
    }
    if (conflicts.length > 0) return { next: conflictModal(transition.failure, edited) };
    return savedBesides(edited, by)
      ? { notice: { title: 'Saved', text: `Saved. ${othersText(others)} All of it is in the report now.` } }
      : { closed: true };
  },
};

/** Somebody else's words came in between, and the writer has not seen them. */
function savedBesides({ others: { by, fields } }: Pick<Edited, 'others'>, me: Actor): boolean {
  return fields.length > 0 && by.some((one) => one !== me);
}

/** What was typed, over the text that was edited, without secrets; what stands still needs no second look. */
export async function readTyped(
  ports: SlackPorts,
  form: SubmittedForm,
  { failureId, episode, base }: ReportSubject,
): Promise<{ text: ReportText } | { errors: Record<string, string> }> {
  const failure = (await ports.failures.get(failureId))?.failure;
  if (!failure) return atField(form, noFailureText(failureId));
  if (episode < failure.episode) {
    return atField(
      form,
      `${failureId} happened again since, and this form is about the time before. Copy what you typed, and open *Edit report…* on its newest card.`,
    );
  }
  const before = await textAt(ports, failure, base);
  const ids = Object.keys(form.state.values as object);
  const idOf = (field: ReportField) => (ids.includes(askedAgainId(field, base)) ? askedAgainId(field, base) : field);
  const read = readFields(form.state.values, before, idOf);
  if ('errors' in read) return read;
  const { text } = read;
  const changed = fieldNames.filter((field) => text[field] !== before[field]);
  const clean = await Promise.all(changed.map(async (field) => [field, await ports.redact(text[field])] as const));
  return { text: { ...text, ...Object.fromEntries(clean) } };
}

/** The form stays open with everything that was typed. Nobody is called in it, so people stand there without their names. */
export function atField(form: SubmittedForm, mrkdwn: string): Extract<FormAnswer, { errors: unknown }> {
  const words = plainWords(mrkdwn.replace(/,? by <@[^>]*>/gu, '')).replace(/<@[^>]*>/gu, 'somebody');
  return { errors: { [firstField(form)]: words.replace(/<!subteam[^>]*>/gu, 'a group') } };
}

/** Its inputs are named for the version that it shows. */
export function firstField({ state }: Pick<SubmittedForm, 'state'>): string {
  return Object.keys(state.values as object)[0] ?? '';
}
