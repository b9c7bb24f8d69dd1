import { PoisonError, SignalIdReusedError } from '../../../errors.ts';
import { fileSignal } from '../../../failure/file-signal.ts';
import { noteMessage } from '../../../failure/note-message.ts';
import { responsePlan } from '../../../response/protocol.ts';
import { parseSignal } from '../../../signal/parse-signal.ts';
import { reportForm } from '../action-ids.ts';
import { escapeMrkdwn } from '../escape.ts';
import { levelName } from '../level-words.ts';
import { readReportForm } from '../modals/read-report-form.ts';
import { changedReportText } from '../refusal-texts.ts';
import { type Form, type FormAnswer, parseMetadata, type SubmittedForm } from './form.ts';
import { namedItem } from './report-items.ts';
import { ReportSubject } from './report-subject.ts';
import type { SlackPorts } from './slack-ports.ts';

export const fileReportForm: Form = {
  callbackId: reportForm.callbackId,
  firstField: reportForm.summary,
  submit: fileReport,
};

/** The form as a signal, recorded at once. The view's id is the signal's, so a second submit counts nothing twice. */
async function fileReport(ports: SlackPorts, form: SubmittedForm, by: string): Promise<FormAnswer> {
  const read = readReportForm(form.state.values);
  if ('errors' in read) return read;
  const { openedAt, quoted } = parseMetadata(ReportSubject, form);
  const workItem = read.draft.workItem && (await namedItem(ports, read.draft.workItem.id));
  const body = JSON.stringify({
    version: 1,
    id: `slack-${form.id}`,
    occurredAt: openedAt,
    ...read.draft,
    ...(workItem && { workItem }),
    ...(quoted?.permalink && { links: [{ title: `Message by ${quoted.author}`, url: quoted.permalink }] }),
  });
  try {
    const parsed = await parseSignal(body, { redact: ports.redact, now: ports.now() });
    const failureId = await fileSignal(ports, { source: 'slack', reporter: by, ...parsed });
    if (quoted) await noteMessage(ports, { failureId, by, message: quoted });
    const stored = await ports.failures.get(failureId);
    if (!stored) throw new Error(`${failureId} was filed and cannot be read`);
    const { failure } = stored;
    const plan = responsePlan(ports.policy, failure);
    const where =
      plan.card === 'none'
        ? `no card at level 1; \`/failure show ${failureId}\` shows it`
        : `card in ${channelName(plan.channel)}`;
    // A failure that is older than the form was there before: this report is counted on it.
    const isKnown = failure.openedAt < openedAt;
    const words = isKnown
      ? `*${failureId}* is known already, and your report is counted on it: level ${failure.level}, ${levelName(failure.level).toLowerCase()}, ${failure.status}; ${where}`
      : `*${failureId}* filed: level ${failure.level}, ${levelName(failure.level).toLowerCase()}; ${where}`;
    return { notice: { title: 'Filed', text: words } };
  } catch (error) {
    if (error instanceof SignalIdReusedError) return { errors: { [reportForm.summary]: changedReportText } };
    if (error instanceof PoisonError) return { errors: errorAtField(error.advice) };
    throw error;
  }
}

/** "summary: must say what failed" → at the summary; what belongs to no field, at the first one. */
function errorAtField(advice: string): Record<string, string> {
  const [field = '', ...words] = advice.split(': ');
  const fields: string[] = [reportForm.component, reportForm.summary, reportForm.details, reportForm.impact];
  return fields.includes(field) ? { [field]: words.join(': ') } : { [reportForm.summary]: advice };
}

function channelName(channel: string): string {
  return channel.startsWith('#') ? escapeMrkdwn(channel) : `<#${channel}>`;
}
