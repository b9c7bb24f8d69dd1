import { z } from 'zod';
import { button, feedbackButtons, iconButton, workflowButton } from './buttons.ts';
import { checkboxes, multiSelects, overflow, pickers, radioButtons, singleSelects } from './choosers.ts';
import { hasOneSource, imageElement, imageSource, oneSource } from './composition.ts';
import { fileInput, richTextInput, typedInputs } from './inputs.ts';
import { anyText, blockId, list, mrkdwn, plainText, text } from './text.ts';

const choosers = [...singleSelects, ...multiSelects, checkboxes, radioButtons, ...pickers] as const;

const actionElement = z.discriminatedUnion('type', [button, workflowButton, overflow, richTextInput, ...choosers]);
const accessory = z.discriminatedUnion('type', [button, workflowButton, overflow, imageElement, ...choosers]);
const contextElement = z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)]);
const inputElement = z.discriminatedUnion('type', [...typedInputs, ...choosers]);
const modalInputElement = z.discriminatedUnion('type', [fileInput, ...typedInputs, ...choosers]);

export const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: anyText(3000).optional(),
    fields: list(anyText(2000), 10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, {
    error: 'must define either `text` or `fields`',
  });

export const header = z.strictObject({
  type: z.literal('header'),
  block_id: blockId,
  text: plainText(150),
  level: z.int().min(1).max(4).optional(),
});

export const divider = z.strictObject({ type: z.literal('divider'), block_id: blockId });

export const image = z
  .strictObject({
    type: z.literal('image'),
    block_id: blockId,
    alt_text: text(2000),
    title: plainText(2000).optional(),
    ...imageSource,
  })
  .refine(hasOneSource, oneSource);

export const context = z.strictObject({
  type: z.literal('context'),
  block_id: blockId,
  elements: list(contextElement, 10),
});

export const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: blockId,
  elements: list(actionElement, 25),
});

export const contextActions = z.strictObject({
  type: z.literal('context_actions'),
  block_id: blockId,
  elements: list(z.discriminatedUnion('type', [feedbackButtons, iconButton]), 5),
});

const inputFields = {
  type: z.literal('input'),
  block_id: blockId,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
};
export const input = z.strictObject({ ...inputFields, element: inputElement });
/** Files can be asked for in modals only, and never dispatch an action. */
export const modalInput = z
  .strictObject({ ...inputFields, element: modalInputElement })
  .refine((block) => !(block.dispatch_action && block.element.type === 'file_input'), {
    error: 'must not dispatch actions of a file input',
    path: ['dispatch_action'],
  });

export const markdown = z.strictObject({ type: z.literal('markdown'), block_id: blockId, text: text(12_000) });
