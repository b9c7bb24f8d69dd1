import { z } from 'zod';
import { colorScheme, confirm } from './composition.ts';
import { actionId, list, plainText, text, url } from './text.ts';

const label = text(75).optional();

export const button = z.strictObject({
  type: z.literal('button'),
  action_id: actionId,
  text: plainText(75),
  value: text(2000, 0).optional(),
  url: url(3000, ['http:', 'https:', 'mailto:', 'slack:']).optional(),
  style: colorScheme.optional(),
  confirm: confirm.optional(),
  accessibility_label: label,
});

export const workflowButton = z.strictObject({
  type: z.literal('workflow_button'),
  action_id: actionId,
  text: plainText(75),
  workflow: z.strictObject({
    trigger: z.strictObject({
      url: url(),
      customizable_input_parameters: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
    }),
  }),
  style: colorScheme.optional(),
  accessibility_label: label,
});

const feedbackButton = z.strictObject({ text: plainText(75), value: text(2000), accessibility_label: label });

export const feedbackButtons = z.strictObject({
  type: z.literal('feedback_buttons'),
  action_id: actionId,
  positive_button: feedbackButton,
  negative_button: feedbackButton,
});

export const iconButton = z.strictObject({
  type: z.literal('icon_button'),
  action_id: actionId,
  icon: z.literal('trash'),
  text: plainText(75),
  accessibility_label: label,
  value: text(2000, 0).optional(),
  visible_to_user_ids: list(z.string(), 10).optional(),
  confirm: confirm.optional(),
});
