import type { Json } from '../../page-api.ts';
import { allBlocks, elementsOf } from '../blocks/walk.ts';

/** block_id → action_id → what the person has chosen or typed so far. */
export type StateValues = Record<string, Record<string, Json>>;

interface Kept {
  /** The field of a state value that holds the choice, and the element's field that it starts from. */
  field: string;
  initial: string;
  whenEmpty: null | [];
}

const kept: Record<string, Kept> = {
  plain_text_input: { field: 'value', initial: 'initial_value', whenEmpty: null },
  number_input: { field: 'value', initial: 'initial_value', whenEmpty: null },
  email_text_input: { field: 'value', initial: 'initial_value', whenEmpty: null },
  url_text_input: { field: 'value', initial: 'initial_value', whenEmpty: null },
  rich_text_input: { field: 'rich_text_value', initial: 'initial_value', whenEmpty: null },
  file_input: { field: 'files', initial: 'files', whenEmpty: [] },
  static_select: { field: 'selected_option', initial: 'initial_option', whenEmpty: null },
  external_select: { field: 'selected_option', initial: 'initial_option', whenEmpty: null },
  users_select: { field: 'selected_user', initial: 'initial_user', whenEmpty: null },
  conversations_select: { field: 'selected_conversation', initial: 'initial_conversation', whenEmpty: null },
  channels_select: { field: 'selected_channel', initial: 'initial_channel', whenEmpty: null },
  multi_static_select: { field: 'selected_options', initial: 'initial_options', whenEmpty: [] },
  multi_external_select: { field: 'selected_options', initial: 'initial_options', whenEmpty: [] },
  multi_users_select: { field: 'selected_users', initial: 'initial_users', whenEmpty: [] },
  multi_conversations_select: { field: 'selected_conversations', initial: 'initial_conversations', whenEmpty: [] },
  multi_channels_select: { field: 'selected_channels', initial: 'initial_channels', whenEmpty: [] },
  checkboxes: { field: 'selected_options', initial: 'initial_options', whenEmpty: [] },
  radio_buttons: { field: 'selected_option', initial: 'initial_option', whenEmpty: null },
  datepicker: { field: 'selected_date', initial: 'initial_date', whenEmpty: null },
  timepicker: { field: 'selected_time', initial: 'initial_time', whenEmpty: null },
  datetimepicker: { field: 'selected_date_time', initial: 'initial_date_time', whenEmpty: null },
};

/** The field of a state value (and of an action) that holds what was chosen in such an element. */
export const choiceField = (elementType: string): string | undefined => kept[elementType]?.field;

/** The state of every element that keeps one: what it starts with, and over it what the person did. */
export function stateOf(blocks: readonly Json[], given: Json = {}): StateValues {
  const values: StateValues = {};
  for (const block of allBlocks(blocks)) {
    for (const { element } of elementsOf(block)) {
      const type = String(element.type);
      const rule = kept[type];
      if (!rule) continue;
      const blockId = String(block.block_id);
      const actionId = String(element.action_id);
      const done = (given[blockId] as Json | undefined)?.[actionId] as Json | undefined;
      const chosen = done && rule.field in done ? done[rule.field] : element[rule.initial];
      values[blockId] = {
        ...values[blockId],
        [actionId]: { type, [rule.field]: chosen === undefined || chosen === '' ? rule.whenEmpty : chosen },
      };
    }
  }
  return values;
}
