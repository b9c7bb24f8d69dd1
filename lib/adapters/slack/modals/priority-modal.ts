import type { ModalView } from '@slack/types';
import { parsePriority } from '../../../work/priority.ts';
import { priorityWords, type WorkItem } from '../../../work/work-item.ts';
import { clip, escapeMrkdwn, oneLine } from '../escape.ts';
import { readEntered } from './entered.ts';
import { form, input, paragraph } from './form-parts.ts';

export const priorityForm = { callbackId: 'kintsugi.priority', priority: 'priority' } as const;

const words = Object.entries(priorityWords)
  .map(([word, value]) => `${word} is ${value}`)
  .join(', ');

export function priorityModal({ id, title, priority }: Pick<WorkItem, 'id' | 'title' | 'priority'>): ModalView {
  return form({
    callbackId: priorityForm.callbackId,
    title: 'Priority',
    submit: 'Set it',
    metadata: { id },
    blocks: [
      paragraph(`\`${escapeMrkdwn(id)}\` ${escapeMrkdwn(clip(oneLine(title), 300))}`),
      input(
        priorityForm.priority,
        'Priority',
        { type: 'plain_text_input', action_id: priorityForm.priority, initial_value: String(priority), max_length: 10 },
        { hint: `A whole number, lower comes first; or a word: ${words}.` },
      ),
    ],
  });
}

export function readPriority(values: unknown): { priority: number } | { errors: Record<string, string> } {
  const priority = parsePriority(readEntered(values).words(priorityForm.priority));
  if (priority !== undefined) return { priority };
  const errors = { [priorityForm.priority]: `Type a whole number from 0 (first) to 999999, or a word: ${words}.` };
  return { errors };
}
