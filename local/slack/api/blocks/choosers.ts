import { z } from 'zod';
import { confirm, conversationFilter, optionGroup, overflowOption, plainOption, richOption } from './composition.ts';
import { actionId, list, plainText } from './text.ts';

const chooser = { action_id: actionId, confirm: confirm.optional(), focus_on_load: z.boolean().optional() };
const menu = { ...chooser, placeholder: plainText(150).optional() };
const multi = { ...menu, max_selected_items: z.int().min(1, { error: 'must be greater than 0' }).optional() };
const ids = z.array(z.string()).min(1).optional();

interface WithOptions {
  options?: { value?: string | undefined }[] | undefined;
  option_groups?: { options: { value?: string | undefined }[] }[] | undefined;
}
const offered = (menu: WithOptions) => [
  ...(menu.options ?? []),
  ...(menu.option_groups ?? []).flatMap((g) => g.options),
];
const isOffered = (menu: WithOptions, chosen: unknown) =>
  offered(menu).some((option) => JSON.stringify(option) === JSON.stringify(chosen));

const oneList = (menu: WithOptions) => (menu.options === undefined) !== (menu.option_groups === undefined);
const oneListError = { error: 'must define either `options` or `option_groups`, not both' };
const initialOptionError = { error: 'must exactly match one of the provided options', path: ['initial_option'] };
const initialOptionsError = { error: 'must exactly match the provided options', path: ['initial_options'] };
const initialIsOffered = (menu: WithOptions & { initial_option?: unknown }) =>
  menu.initial_option === undefined || isOffered(menu, menu.initial_option);
const initialsAreOffered = (menu: WithOptions & { initial_options?: unknown[] | undefined }) =>
  (menu.initial_options ?? []).every((option) => isOffered(menu, option));

const staticLists = { options: list(plainOption, 100).optional(), option_groups: list(optionGroup, 100).optional() };
const queryLength = z.int().min(0).optional();
const conversations = {
  default_to_current_conversation: z.boolean().optional(),
  filter: conversationFilter.optional(),
};
const responds = { response_url_enabled: z.boolean().optional() };

export const singleSelects = [
  z
    .strictObject({ type: z.literal('static_select'), ...menu, ...staticLists, initial_option: plainOption.optional() })
    .refine(oneList, oneListError)
    .refine(initialIsOffered, initialOptionError),
  z.strictObject({
    type: z.literal('external_select'),
    ...menu,
    initial_option: plainOption.optional(),
    min_query_length: queryLength,
  }),
  z.strictObject({ type: z.literal('users_select'), ...menu, initial_user: z.string().optional() }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...menu,
    ...conversations,
    ...responds,
    initial_conversation: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('channels_select'), ...menu, ...responds, initial_channel: z.string().optional() }),
] as const;

export const multiSelects = [
  z
    .strictObject({
      type: z.literal('multi_static_select'),
      ...multi,
      ...staticLists,
      initial_options: z.array(plainOption).optional(),
    })
    .refine(oneList, oneListError)
    .refine(initialsAreOffered, initialOptionsError),
  z.strictObject({
    type: z.literal('multi_external_select'),
    ...multi,
    initial_options: z.array(plainOption).optional(),
    min_query_length: queryLength,
  }),
  z.strictObject({ type: z.literal('multi_users_select'), ...multi, initial_users: ids }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...multi,
    ...conversations,
    initial_conversations: ids,
  }),
  z.strictObject({ type: z.literal('multi_channels_select'), ...multi, initial_channels: ids }),
] as const;

export const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: actionId,
  confirm: confirm.optional(),
  options: list(overflowOption, 5),
});

export const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    ...chooser,
    options: list(richOption, 10),
    initial_options: z.array(richOption).min(1).optional(),
  })
  .refine(initialsAreOffered, initialOptionsError);

export const radioButtons = z
  .strictObject({
    type: z.literal('radio_buttons'),
    ...chooser,
    options: list(richOption, 10),
    initial_option: richOption.optional(),
  })
  .refine(initialIsOffered, initialOptionError);

export const pickers = [
  z.strictObject({
    type: z.literal('datepicker'),
    ...menu,
    initial_date: z.iso.date({ error: 'must be a date as YYYY-MM-DD' }).optional(),
  }),
  z.strictObject({
    type: z.literal('timepicker'),
    ...menu,
    initial_time: z.iso.time({ precision: -1, error: 'must be a time as HH:mm' }).optional(),
    timezone: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('datetimepicker'),
    ...chooser,
    initial_date_time: z
      .int()
      .min(1_000_000_000, { error: 'must be 10 digits' })
      .max(9_999_999_999, { error: 'must be 10 digits' })
      .optional(),
  }),
] as const;
