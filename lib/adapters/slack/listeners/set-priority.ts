import { z } from 'zod';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { reorderWork } from '../../../work/reorder-work.ts';
import { WorkItemId } from '../../../work/work-item.ts';
import { escapeMrkdwn } from '../escape.ts';
import { priorityForm, readPriority } from '../modals/priority-modal.ts';
import { forbiddenText } from '../refusal-texts.ts';
import { type Form, parseMetadata } from './form.ts';
import { queueLevel } from './handle-tool-click.ts';
import { refuseForm } from './refuse-form.ts';

export const setPriority: Form = {
  callbackId: priorityForm.callbackId,
  firstField: priorityForm.priority,
  async submit(ports, form, by) {
    const { id } = parseMetadata(z.object({ id: WorkItemId }), form);
    const read = readPriority(form.state.values);
    if ('errors' in read) return read;
    const forbidden = await mayNotStart(ports, { by, level: queueLevel });
    if (forbidden) return refuseForm(forbiddenText(forbidden), { field: priorityForm.priority });
    const outcome = await reorderWork(ports, { id, priority: read.priority, by });
    switch (outcome.kind) {
      case 'moved':
      case 'unchanged': {
        const text = `\`${escapeMrkdwn(id)}\` has priority ${outcome.item.priority}. \`/failure queue\` shows the order.`;
        return { notice: { title: 'Priority', text } };
      }
      case 'over':
        return { errors: { [priorityForm.priority]: `It is ${outcome.item.state} by now, so it waits no more.` } };
      case 'unknown':
        return { errors: { [priorityForm.priority]: 'It is not in the queue any more.' } };
      default:
        return outcome satisfies never;
    }
  },
};
