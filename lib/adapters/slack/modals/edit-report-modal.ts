import type { KnownBlock, ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import type { Actor } from '../../../failure/ids.ts';
import type { Conflict } from '../../../report/merge-edits.ts';
import { fieldNames, type ReportField, type ReportText, reportFields } from '../../../report/report-text.ts';
import { preformatted, richText, section, text as words } from '../cards/rich-text.ts';
import { clipStart, escapeAndClip, oneLine } from '../escape.ts';
import { form, paragraph, smallPrint } from './form-parts.ts';
import { fieldInput, isOneLine, isTooLong, mostOf } from './report-fields.ts';

export const editForm = { callbackId: 'kintsugi.edit-report' } as const;

/** Where both changed a field, its input is another one than before: Slack keeps what was typed in one that has the same id. */
export const askedAgainId = (field: ReportField, base: number): string => `${field}.${base}`;

/** Every field of the report that a person may know. */
export function editReportModal(failure: Failure, text: ReportText): ModalView {
  const { id, episode, component, title, report } = failure;
  return form({
    callbackId: editForm.callbackId,
    title: `Report of ${id}`,
    submit: 'Save',
    metadata: { failureId: id, episode, base: report.written ?? 0 },
    blocks: [
      paragraph(`*${escapeAndClip(component, 64)}*: ${escapeAndClip(oneLine(title), 300)}`),
      ...workaround(failure),
      ...fieldNames.map((field) => fieldInput(field, { known: text[field] })),
      smallPrint('Every version is kept, and the timeline says who changed what. Secrets are taken out.'),
    ],
  });
}

/** Said, not asked: it has its own form. */
function workaround({ workaround, report }: Failure): KnownBlock[] {
  const standing = workaround?.text ?? report.state?.workaround;
  if (!standing) return [];
  const until = workaround
    ? `, until ${workaround.removeBy.slice(0, 10)}${workaround.mayBeGone ? ', may be gone' : ''}`
    : '';
  return [richText(section(words('Workaround', { bold: true }), words(`${until}: ${oneLine(standing)}`)))];
}

export interface Others {
  by: readonly Actor[];
  fields: readonly ReportField[];
}

/** What others changed since the form was opened. */
export function othersText({ by, fields }: Others): string {
  const who = by.map((one) => `<@${one}>`);
  return `${inWords(who) || 'Somebody'} changed ${fieldWords(fields)} since you opened this.`;
}

export const fieldWords = (fields: readonly ReportField[]): string =>
  inWords(fields.map((field) => `*${reportFields[field]}*`));

function inWords(all: readonly string[]): string {
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** What both changed, side by side, and asked again; everything else is saved already. */
export function conflictModal(
  failure: Failure,
  { conflicts, saved, others, first }: { conflicts: Conflict[]; saved: ReportField[]; others: Others; first?: string },
): ModalView {
  const { id, episode, report } = failure;
  const base = report.written ?? 0;
  const news = [
    first ?? '',
    othersText(others),
    saved.length > 0 ? `What you wrote under ${fieldWords(saved)} is saved.` : '',
    `${fieldWords(conflicts.map(({ field }) => field))}: you both did. Nothing is overwritten; say what it is to be.`,
  ];
  return form({
    callbackId: editForm.callbackId,
    title: 'You both changed it',
    submit: 'Save',
    metadata: { failureId: id, episode, base },
    blocks: [
      paragraph(news.filter(Boolean).join(' ')),
      ...conflicts.flatMap((conflict) => askAgain(conflict, base)),
      smallPrint('Cancel leaves it as the other wrote it.'),
    ],
  });
}

/** So much of each is shown above the field. */
const shownOfEach = 1500;

function askAgain({ field, base, mine, theirs }: Conflict, version: number): KnownBlock[] {
  return [
    { type: 'divider' },
    richText(
      section(words(`${reportFields[field]}, as it is now`, { bold: true })),
      preformatted(clipStart(theirs, shownOfEach) || 'Nothing'),
      section(words('As you wrote it', { bold: true })),
      preformatted(clipStart(mine, shownOfEach) || 'Nothing'),
    ),
    fieldInput(field, {
      id: askedAgainId(field, version),
      known: theirs,
      filled: proposal({ field, base, mine, theirs }),
    }),
  ];
}

/** Both, where there is room for both and it is no choice. What is too long for a field was only added to, and is again. */
function proposal({ field, base, mine, theirs }: Conflict): string {
  if (field === 'system' || field === 'dataImpact') return mine;
  if (isTooLong(field, theirs)) return (mine.startsWith(base) ? mine.slice(base.length) : mine).trim();
  const both = [theirs, mine].filter(Boolean).join(isOneLine(field) ? '; ' : '\n');
  return both.length > mostOf(field) ? mine : both;
}
