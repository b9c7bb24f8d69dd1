import type { ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import type { RecoveryRun } from '../../../recovery/run.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import type { ReportField, ReportText } from '../../../report/report-text.ts';
import { escapeAndClip, oneLine } from '../escape.ts';
import { form, paragraph, smallPrint } from './form-parts.ts';
import { fieldInput } from './report-fields.ts';

export const resolveForm = { callbackId: 'kintsugi.resolve-report', rootCause: 'rootCause' } as const;

const asked: ReportField[] = ['rootCause', 'fixedBy', 'lessons', 'prevention'];

/** Mended, and as much of why and how as somebody wants to say now: pressing *Resolve* at once is enough. */
export function resolveModal(
  failure: Failure,
  {
    text,
    fixedBy,
    waiting,
    place,
  }: { text: ReportText; fixedBy: string; waiting?: RecoveryRun | undefined; place: string },
): ModalView {
  const { id, episode, component, title, report } = failure;
  return form({
    callbackId: resolveForm.callbackId,
    title: `Resolve ${id}`,
    submit: 'Resolve',
    metadata: { failureId: id, episode, base: report.written ?? 0, place },
    blocks: [
      paragraph(`*${escapeAndClip(component, 64)}*: ${escapeAndClip(oneLine(title), 300)}`),
      ...(waiting
        ? [
            paragraph(
              `✋ *${escapeAndClip(strategyName(waiting.strategy), 60)}* waits and has touched nothing. *Resolve* calls it off.`,
            ),
          ]
        : []),
      smallPrint('All of it may stay empty. *Edit report* on the resolved card takes it later, too.'),
      ...asked.map((field) =>
        fieldInput(field, {
          known: text[field],
          ...(field === 'fixedBy' && !text.fixedBy && { filled: fixedBy }),
        }),
      ),
    ],
  });
}
