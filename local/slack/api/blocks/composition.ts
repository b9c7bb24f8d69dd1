import { z } from 'zod';
import { anyText, list, plainText, text, url } from './text.ts';

export const colorScheme = z.enum(['primary', 'danger']);

export const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: colorScheme.optional(),
});

const optionFields = { value: text(150), description: plainText(75).optional() };

/** Options of menus: plain text only. */
export const plainOption = z.strictObject({ text: plainText(75), ...optionFields });
/** Options of checkboxes and radio buttons may be formatted. */
export const richOption = z.strictObject({
  text: anyText(75),
  value: text(150),
  description: anyText(75).optional(),
});
/** Only an overflow menu's options may open a URL. */
export const overflowOption = z.strictObject({ text: plainText(75), ...optionFields, url: url().optional() });

export const optionGroup = z.strictObject({ label: plainText(75), options: list(plainOption, 100) });

export const conversationFilter = z
  .strictObject({
    include: list(z.enum(['im', 'mpim', 'private', 'public']), 4).optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, { error: 'must not be empty' });

export const dispatchActionConfig = z.strictObject({
  trigger_actions_on: list(z.enum(['on_enter_pressed', 'on_character_entered']), 2).optional(),
});

const slackFile = z
  .strictObject({ id: text(255).optional(), url: url().optional() })
  .refine((file) => (file.id === undefined) !== (file.url === undefined), {
    error: 'must define either `id` or `url`, not both',
  });

/** Every picture has its source in exactly one of these. */
export const imageSource = { image_url: url().optional(), slack_file: slackFile.optional() };
export const hasOneSource = (image: { image_url?: unknown; slack_file?: unknown }) =>
  (image.image_url === undefined) !== (image.slack_file === undefined);
export const oneSource = { error: 'must define either `image_url` or `slack_file`, not both' };

export const imageElement = z
  .strictObject({ type: z.literal('image'), alt_text: text(2000), ...imageSource })
  .refine(hasOneSource, oneSource);
