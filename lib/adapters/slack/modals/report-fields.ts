import type { InputBlock, PlainTextOption } from '@slack/types';
import { readFixes } from '../../../report/fixes-text.ts';
import { fieldNames, type ReportField, ReportText } from '../../../report/report-text.ts';
import { plainText } from '../../../signal/plain-text.ts';
import { clip } from '../escape.ts';
import { limits } from '../limits.ts';
import { readEntered } from './entered.ts';
import { input, option } from './form-parts.ts';

/** What is asked of a report, wherever it is asked. */

interface Asked {
  label: string;
  hint?: string;
  /** Characters. */
  most?: number;
  options?: PlainTextOption[];
}

const notKnown = 'not-known';
const unknown = option('Not known', notKnown);
export const systemOptions = [option('Running', 'running'), option('Degraded', 'degraded'), option('Down', 'down')];
export const dataOptions = [option('None', 'none'), option('Some', 'some'), option('Significant', 'significant')];
export const fixesHint = 'One a line: what was tried → what came of it.';

const asked: Record<ReportField, Asked> = {
  impact: { label: 'Who or what is affected?', most: limits.impact },
  whatHappened: { label: 'What happened' },
  rootCause: { label: 'Why it happened (root cause)' },
  attemptedFixes: { label: 'What was tried', hint: `${fixesHint} What Kintsugi ran is listed by itself.` },
  system: { label: 'How is it now?', options: [...systemOptions, unknown] },
  dataImpact: { label: 'Is data affected?', options: [...dataOptions, unknown] },
  fixedBy: { label: 'What fixed it', hint: 'Whoever has a failure like it sees the first line.' },
  immediate: { label: 'Plan: immediate action' },
  shortTerm: { label: 'Plan: short-term fix' },
  longTerm: { label: 'Plan: long-term solution' },
  lessons: { label: 'Lessons learned' },
  prevention: { label: 'How to prevent it' },
};

export const mostOf = (field: ReportField): number => asked[field].most ?? limits.plainTextInput;
export const isOneLine = (field: ReportField): boolean => field === 'impact';
const lengthOf = (text: string): number => text.length;
/** It stays whole where it is kept, and what is typed is added to it. */
export const isTooLong = (field: ReportField, known: string): boolean => lengthOf(known) > mostOf(field);

/** `filled`: what stands in it, where that is not what is known. */
export function fieldInput(
  field: ReportField,
  { id = field, known, filled = known }: { id?: string; known: string; filled?: string },
): InputBlock {
  const { label, hint, options } = asked[field];
  if (options) {
    const chosen = options.find(({ value }) => value === filled) ?? unknown;
    return input(
      id,
      label,
      { type: 'static_select', action_id: id, options, initial_option: chosen },
      { optional: true },
    );
  }
  const most = mostOf(field);
  const adds = isTooLong(field, known);
  const words = adds && filled === known ? '' : clip(filled, most);
  const about = adds
    ? `What is there, ${lengthOf(known)} characters, is too long for a form and is kept whole; what you type is added at its end.`
    : hint;
  return input(
    id,
    adds ? `${label}: add to it` : label,
    {
      type: 'plain_text_input',
      action_id: id,
      multiline: !isOneLine(field),
      max_length: most,
      ...(words && { initial_value: words }),
    },
    { optional: true, ...(about && { hint: about }) },
  );
}

/**
 * The whole text as it is to be: what has no input stays as it was. `idOf` names the inputs. What was only looked at counts as
 * it is kept, whatever a browser makes of its spaces.
 */
export function readFields(
  values: unknown,
  base: ReportText,
  idOf: (field: ReportField) => string = (field) => field,
): { text: ReportText } | { errors: Record<string, string> } {
  const entered = readEntered(values);
  const isAsked = (field: ReportField) => Object.hasOwn(values as object, idOf(field));
  const typed = fieldNames.filter(isAsked).map((field): [ReportField, string] => {
    if (asked[field].options) {
      const choice = entered.choice(idOf(field)) ?? '';
      return [field, choice === notKnown ? '' : choice];
    }
    const words = plainText(entered.words(idOf(field)).replaceAll('\r\n', '\n'));
    const known = base[field];
    if (isTooLong(field, known)) return [field, words ? `${known}\n${words}` : known];
    return [field, words === known.replaceAll('\r\n', '\n').trim() ? known : words];
  });
  const text = ReportText.parse({ ...base, ...Object.fromEntries(typed) });
  const fixes = text.attemptedFixes === base.attemptedFixes ? undefined : readFixes(text.attemptedFixes);
  return fixes && 'problem' in fixes ? { errors: { [idOf('attemptedFixes')]: fixes.problem } } : { text };
}
