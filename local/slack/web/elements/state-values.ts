/** What people have filled in, in the shape of Slack's `state.values`, and what is wrong with it before it is sent. */
import type { InputBlock } from '@slack/types';
import type { ElementValue, Interactive, PageBlock, StateValues } from './element-types.ts';

/** What an element holds before anybody touched it; undefined for one that holds nothing (a button, a menu). */
export function initialValue(element: Interactive): ElementValue | undefined {
  const { type } = element;
  switch (type) {
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return { type, value: element.initial_value || null };
    case 'rich_text_input':
      return { type, rich_text_value: element.initial_value ?? null };
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: element.initial_option ?? null };
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type, selected_options: element.initial_options ?? [] };
    case 'users_select':
      return { type, selected_user: element.initial_user ?? null };
    case 'multi_users_select':
      return { type, selected_users: element.initial_users ?? [] };
    case 'conversations_select':
      return { type, selected_conversation: element.initial_conversation ?? null };
    case 'multi_conversations_select':
      return { type, selected_conversations: element.initial_conversations ?? [] };
    case 'channels_select':
      return { type, selected_channel: element.initial_channel ?? null };
    case 'multi_channels_select':
      return { type, selected_channels: element.initial_channels ?? [] };
    case 'datepicker':
      return { type, selected_date: element.initial_date ?? null };
    case 'timepicker':
      return {
        type,
        selected_time: element.initial_time ?? null,
        ...(element.timezone ? { timezone: element.timezone } : {}),
      };
    case 'datetimepicker':
      return { type, selected_date_time: element.initial_date_time ?? null };
    case 'button':
    case 'overflow':
    case 'workflow_button':
    case 'icon_button':
    case 'feedback_buttons':
    case 'file_input':
      return undefined;
    default:
      return element satisfies never;
  }
}

function elementsOf(block: PageBlock): Interactive[] {
  switch (block.type) {
    case 'actions':
      return block.elements;
    case 'input':
      return [block.element];
    case 'section':
      return block.accessory && block.accessory.type !== 'image' ? [block.accessory] : [];
    default:
      return [];
  }
}

const flat = (blocks: PageBlock[]): PageBlock[] =>
  blocks.flatMap((block) => (block.type === 'container' ? block.child_blocks : [block]));

/** What was typed wins over an initial value, as long as its block and element are still there. */
export function stateValues(blocks: PageBlock[], typed: StateValues): StateValues {
  const values: StateValues = {};
  for (const block of flat(blocks)) {
    for (const element of elementsOf(block)) {
      const initial = initialValue(element);
      if (initial === undefined) continue;
      const [blockId, actionId] = [block.block_id ?? '', element.action_id ?? ''];
      const held = typed[blockId]?.[actionId];
      values[blockId] = { ...values[blockId], [actionId]: held?.type === initial.type ? held : initial };
    }
  }
  return values;
}

export function isEmpty(value: ElementValue | undefined): boolean {
  const held = Object.entries(value ?? {}).find(([key]) => key !== 'type' && key !== 'timezone')?.[1];
  return held === null || held === undefined || held === '' || (Array.isArray(held) && held.length === 0);
}

function textProblem(element: InputBlock['element'], text: string): string | undefined {
  switch (element.type) {
    case 'plain_text_input':
      if (element.min_length && text.length < element.min_length)
        return `Please write at least ${element.min_length} characters.`;
      if (element.max_length && text.length > element.max_length)
        return `Please write at most ${element.max_length} characters.`;
      return undefined;
    case 'number_input': {
      const number = Number(text);
      if (!/^-?\d*\.?\d+$/.test(text)) return 'Please enter a number.';
      if (!element.is_decimal_allowed && !Number.isInteger(number)) return 'Please enter a whole number.';
      if (element.min_value && number < Number(element.min_value))
        return `The smallest number allowed is ${element.min_value}.`;
      if (element.max_value && number > Number(element.max_value))
        return `The largest number allowed is ${element.max_value}.`;
      return undefined;
    }
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? undefined : 'Please enter an email address.';
    case 'url_text_input':
      return /^https?:$/.test(URL.parse(text)?.protocol ?? '')
        ? undefined
        : 'Please enter a web address that begins with https://.';
    default:
      return undefined;
  }
}

/** block_id → what a person must mend before the view can be submitted. */
export function problemsIn(blocks: PageBlock[], values: StateValues): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const block of flat(blocks)) {
    if (block.type !== 'input') continue;
    const blockId = block.block_id ?? '';
    const value = values[blockId]?.[block.element.action_id ?? ''];
    const problem = isEmpty(value)
      ? block.optional !== true && 'Please fill in this field.'
      : value !== undefined && 'value' in value && textProblem(block.element, value.value ?? '');
    if (problem) problems[blockId] = problem;
  }
  return problems;
}
