import type { EmailInput, NumberInput, PlainTextInput, RichTextInput, URLInput } from '@slack/types';
import { type KeyboardEvent, useRef } from 'react';
import type { Json } from '../../page-api.ts';
import { type ElementProps, hooks } from './element-hooks.ts';
import type { ElementValue } from './element-types.ts';
import { useSurface } from './surface.tsx';
import { useField } from './use-field.ts';
import { WarningMark } from './warning-mark.tsx';

type Element = PlainTextInput | NumberInput | EmailInput | URLInput | RichTextInput;
type Value = Extract<ElementValue, { value: unknown } | { rich_text_value: unknown }>;

const inputType = {
  plain_text_input: 'text',
  number_input: 'text',
  email_text_input: 'email',
  url_text_input: 'url',
} as const;

interface Leaf {
  text?: string;
  elements?: Leaf[];
}

const wordsOf = (part: Leaf): string => part.text ?? (part.elements ?? []).map(wordsOf).join('');

function shown(value: Value): string {
  if ('value' in value) return value.value ?? '';
  return value.rich_text_value ? wordsOf(value.rich_text_value as Leaf) : '';
}

function taken(value: Value, text: string): Value {
  if ('value' in value) return { ...value, value: text || null };
  const section = { type: 'rich_text_section', elements: [{ type: 'text', text }] };
  return { ...value, rich_text_value: text ? { type: 'rich_text', elements: [section] } : null };
}

export function TextInput(props: ElementProps<Element>) {
  const { element, blockId, dispatches, labelledBy, describedBy, invalid } = props;
  const { value, fill, mark } = useField<Value>(props);
  const surface = useSurface();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const text = shown(value);
  const maximum = element.type === 'plain_text_input' ? element.max_length : undefined;
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
  const tell = (next: Value) => surface.act(blockId, element.action_id ?? '', next as unknown as Json, next);

  const type = (words: string) => {
    const next = taken(value, words);
    fill(next);
    if (!dispatches || !triggers.includes('on_character_entered')) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(tell, 300, next);
  };
  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || !dispatches || !triggers.includes('on_enter_pressed')) return;
    event.preventDefault();
    tell(value);
  };

  const field = {
    className: 'field',
    value: text,
    placeholder: element.placeholder?.text,
    ...hooks(blockId, element.action_id ?? ''),
    'data-focus': element.focus_on_load || undefined,
    'aria-labelledby': labelledBy,
    'aria-describedby': describedBy,
    'aria-invalid': invalid || undefined,
    onChange: (event: { currentTarget: { value: string } }) => type(event.currentTarget.value),
    onKeyDown: enter,
  };
  return (
    <div className="text-input">
      {element.type === 'rich_text_input' || ('multiline' in element && element.multiline) ? (
        <textarea {...field} rows={4} />
      ) : (
        <input
          {...field}
          type={inputType[element.type]}
          inputMode={element.type === 'number_input' ? 'decimal' : undefined}
        />
      )}
      {maximum !== undefined && (
        <span className={text.length > maximum ? 'counter over' : 'counter'} data-testid="counter">
          {maximum - text.length}
        </span>
      )}
      <WarningMark words={mark} />
    </div>
  );
}
