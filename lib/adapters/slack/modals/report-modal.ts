import type { ModalView, PlainTextOption } from '@slack/types';
import { criteria } from '../../../severity/criteria.ts';
import { type Level, Signal } from '../../../signal/signal.ts';
import type { WorkItem } from '../../../work/work-item.ts';
import { reportForm } from '../action-ids.ts';
import { clip, oneLine } from '../escape.ts';
import { levelIcon } from '../level-words.ts';
import { limits } from '../limits.ts';
import { input, option, plain, smallPrint } from './form-parts.ts';
import { dataOptions, fixesHint, systemOptions } from './report-fields.ts';

export const levels: Level[] = [1, 2, 3, 4, 5];

/**
 * The form behind `/failure report` and *Report as failure*; what was typed after the command, or what the message says, is in
 * it already. `note` stands above the fields.
 */
export function reportModal({
  summary,
  details = summary,
  component,
  note,
  privateMetadata,
}: {
  summary: string;
  details?: string;
  component?: string;
  note?: string;
  privateMetadata: string;
}): ModalView {
  // What does not fit into one line is not dropped: it stands in the details, whole.
  const isMore = details !== summary || Array.from(summary).length > limits.reportSummary;
  return {
    type: 'modal',
    callback_id: reportForm.callbackId,
    private_metadata: privateMetadata,
    title: plain('Report a failure'),
    submit: plain('File it'),
    close: plain('Cancel'),
    blocks: [
      ...(note ? [smallPrint(note)] : []),
      input(reportForm.component, 'Component', {
        type: 'external_select',
        action_id: reportForm.component,
        min_query_length: 0,
        placeholder: plain('What is broken? Choose, or type a new name'),
        ...(component && { initial_option: option(component, component) }),
      }),
      input(reportForm.summary, 'What failed, in one line', {
        type: 'plain_text_input',
        action_id: reportForm.summary,
        max_length: limits.reportSummary,
        ...(summary && { initial_value: clip(summary, limits.reportSummary) }),
      }),
      input(
        reportForm.details,
        'Details',
        {
          type: 'plain_text_input',
          action_id: reportForm.details,
          multiline: true,
          max_length: limits.plainTextInput,
          ...(isMore && details && { initial_value: clip(details, limits.plainTextInput) }),
        },
        { optional: true, hint: 'What you saw, what you did before. Paste the error; secrets are taken out.' },
      ),
      input(
        reportForm.level,
        'How bad is it?',
        {
          type: 'static_select',
          action_id: reportForm.level,
          options: [unknownLevel, ...levels.map(levelOption)],
          initial_option: unknownLevel,
        },
        { hint: 'Your word is one piece of evidence; the card says why it got its level.' },
      ),
      input(
        reportForm.impact,
        'Who or what is affected?',
        { type: 'plain_text_input', action_id: reportForm.impact, max_length: limits.impact },
        { optional: true },
      ),
      input(
        reportForm.state,
        'How is it now?',
        { type: 'static_select', action_id: reportForm.state, options: systemOptions, placeholder: plain('Choose') },
        { optional: true },
      ),
      input(
        reportForm.dataImpact,
        'Is data affected?',
        { type: 'static_select', action_id: reportForm.dataImpact, options: dataOptions, placeholder: plain('Choose') },
        { optional: true },
      ),
      input(
        reportForm.fixes,
        'What was tried already?',
        {
          type: 'plain_text_input',
          action_id: reportForm.fixes,
          multiline: true,
          max_length: limits.plainTextInput,
          placeholder: plain('restarted it → no change'),
        },
        { optional: true, hint: fixesHint },
      ),
      input(
        reportForm.workItem,
        'Which work does it stop?',
        {
          type: 'external_select',
          action_id: reportForm.workItem,
          min_query_length: 0,
          placeholder: plain('Choose from the queue, or type an id'),
        },
        { optional: true },
      ),
    ],
  };
}

/** The registry's components that fit what was typed, and what was typed itself. */
export function componentOptions(known: { name: string; title: string }[], typed: string): PlainTextOption[] {
  const wanted = typed.trim().toLowerCase();
  const fitting = known.filter(({ name, title }) => `${name} ${title.toLowerCase()}`.includes(wanted));
  const isNew =
    wanted !== '' && /^[a-z0-9][a-z0-9._/-]{0,63}$/.test(wanted) && !known.some(({ name }) => name === wanted);
  return [
    ...fitting.map(({ name, title }) => option(title === name ? name : `${title} (${name})`, name)),
    ...(isNew ? [option(`Use “${wanted}”`, wanted)] : []),
  ].slice(0, limits.selectOptions);
}

/** The items that fit what was typed, and what was typed itself: an item may be known elsewhere only. */
export function workItemOptions(
  known: readonly Pick<WorkItem, 'id' | 'title' | 'component'>[],
  typed: string,
): PlainTextOption[] {
  const wanted = typed.trim();
  const fitting = known.filter((one) =>
    `${one.id} ${one.title} ${one.component}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  const isNew = ItemName.safeParse(wanted).success && !known.some(({ id }) => id === wanted);
  return [
    ...fitting.map(({ id, title }) => option(oneLine(`${id} ${title}`), id)),
    ...(isNew ? [option(`Use “${wanted}”`, wanted)] : []),
  ].slice(0, limits.selectOptions);
}

const ItemName = Signal.shape.workItem.unwrap().shape.id;
const unknownLevel = option("I don't know", 'unknown');

export function levelOption(level: Level): PlainTextOption {
  const { name, criteria: signs } = criteria[level];
  return option(`${levelIcon[level]} ${level} ${name}`, String(level), signs.join(', '));
}
