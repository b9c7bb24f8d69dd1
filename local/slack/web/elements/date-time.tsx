import type { Datepicker, DateTimepicker, Timepicker } from '@slack/types';
import { useEffect, useRef, useState } from 'react';
import { type ElementProps, hooks } from './element-hooks.ts';
import type { ElementValue } from './element-types.ts';
import { useField } from './use-field.ts';
import { WarningMark } from './warning-mark.tsx';

type Element = Datepicker | Timepicker | DateTimepicker;
type Value = Extract<
  ElementValue,
  { selected_date: unknown } | { selected_time: unknown } | { selected_date_time: unknown }
>;

const two = (number: number) => String(number).padStart(2, '0');

function localMinute(epochSeconds: number): string {
  const at = new Date(epochSeconds * 1000);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

function shown(value: Value): string {
  if ('selected_date' in value) return value.selected_date ?? '';
  if ('selected_time' in value) return value.selected_time ?? '';
  return value.selected_date_time === null ? '' : localMinute(value.selected_date_time);
}

function taken(value: Value, text: string): Value {
  if ('selected_date' in value) return { ...value, selected_date: text || null };
  if ('selected_time' in value) return { ...value, selected_time: text || null };
  return { ...value, selected_date_time: text ? Math.floor(new Date(text).getTime() / 1000) : null };
}

const inputType = { datepicker: 'date', timepicker: 'time', datetimepicker: 'datetime-local' } as const;
const fallbackLabel = {
  datepicker: 'Pick a date',
  timepicker: 'Pick a time',
  datetimepicker: 'Pick a date and time',
} as const;

/** The browser's own pickers: people know them, also on a phone. */
export function DateTime(props: ElementProps<Element>) {
  const { element, blockId, dispatches, labelledBy, describedBy, invalid } = props;
  const { value, choose, fill, pending, mark } = useField<Value>(props);
  const [text, setText] = useState(shown(value));
  const told = useRef(shown(value));
  const kept = shown(value);

  useEffect(() => {
    setText(kept);
    told.current = kept;
  }, [kept]);

  // While a year is being typed every digit is a valid date: the app hears of it when the person leaves or rests.
  const settle = (next: string) => {
    if (next === told.current) return;
    told.current = next;
    choose(taken(value, next));
  };
  useEffect(() => {
    if (!dispatches || text === told.current) return;
    const timer = setTimeout(settle, 900, text);
    return () => clearTimeout(timer);
  });

  return (
    <span className="pressable">
      <input
        className="field field-date"
        type={inputType[element.type]}
        value={text}
        {...hooks(blockId, element.action_id ?? '')}
        data-focus={element.focus_on_load || undefined}
        aria-labelledby={labelledBy}
        aria-label={
          labelledBy
            ? undefined
            : ('placeholder' in element && element.placeholder?.text) || fallbackLabel[element.type]
        }
        aria-describedby={describedBy}
        aria-invalid={invalid || undefined}
        aria-busy={pending}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          if (!dispatches) fill(taken(value, currentTarget.value));
        }}
        onBlur={() => settle(text)}
      />
      <WarningMark words={mark} />
    </span>
  );
}
