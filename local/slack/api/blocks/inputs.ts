import { z } from 'zod';
import { dispatchActionConfig } from './composition.ts';
import { richTextBlock } from './rich-text.ts';
import { actionId, plainText, text } from './text.ts';

const typed = {
  action_id: actionId,
  placeholder: plainText(150).optional(),
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: dispatchActionConfig.optional(),
};
const ordered = (low: number | undefined, high: number | undefined) =>
  low === undefined || high === undefined || low <= high;
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, { error: 'must be a number in a string' });
const asNumber = (value: string | undefined) => (value === undefined ? undefined : Number(value));

const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    ...typed,
    initial_value: text(3000, 0).optional(),
    multiline: z.boolean().optional(),
    min_length: z
      .int()
      .min(0, { error: 'must be greater than -1' })
      .max(3000, { error: 'must be less than 3001' })
      .optional(),
    max_length: z
      .int()
      .min(1, { error: 'must be greater than 0' })
      .max(3000, { error: 'must be less than 3001' })
      .optional(),
  })
  .refine((input) => ordered(input.min_length, input.max_length), {
    error: 'must not be greater than `max_length`',
    path: ['min_length'],
  });

const numberInput = z
  .strictObject({
    type: z.literal('number_input'),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: decimal.optional(),
    min_value: decimal.optional(),
    max_value: decimal.optional(),
  })
  .refine((input) => ordered(asNumber(input.min_value), asNumber(input.max_value)), {
    error: 'must not be greater than `max_value`',
    path: ['min_value'],
  });

const lines = z
  .int()
  .min(1, { error: 'must be greater than 0' })
  .max(100, { error: 'must be less than 101' })
  .optional();

export const richTextInput = z.strictObject({
  type: z.literal('rich_text_input'),
  ...typed,
  initial_value: richTextBlock.optional(),
  min_lines: lines,
  max_lines: lines,
});

export const fileInput = z.strictObject({
  type: z.literal('file_input'),
  action_id: actionId,
  filetypes: z.array(text(50)).optional(),
  max_files: z.int().min(1, { error: 'must be greater than 0' }).max(10, { error: 'must be less than 11' }).optional(),
});

export const typedInputs = [
  plainTextInput,
  numberInput,
  z.strictObject({ type: z.literal('email_text_input'), ...typed, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal('url_text_input'), ...typed, initial_value: z.string().optional() }),
  richTextInput,
] as const;
