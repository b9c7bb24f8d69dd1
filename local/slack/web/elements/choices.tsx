import type { Checkboxes, Option, RadioButtons } from '@slack/types';
import { useId } from 'react';
import { Text } from '../text/mrkdwn-view.tsx';
import { type ElementProps, hooks } from './element-hooks.ts';
import type { ElementValue } from './element-types.ts';
import { useField } from './use-field.ts';
import { WarningMark } from './warning-mark.tsx';

type Many = Extract<ElementValue, { selected_options: unknown }>;
type One = Extract<ElementValue, { selected_option: unknown }>;

/** Checkboxes and radio buttons: the same rows, one or many of them ticked. */
export function Choices(props: ElementProps<Checkboxes | RadioButtons>) {
  const { element, blockId, labelledBy, describedBy, invalid } = props;
  const { value, choose, pending, mark } = useField<Many | One>(props);
  const name = useId();
  const many = element.type === 'checkboxes';
  const ticked =
    'selected_options' in value ? value.selected_options : value.selected_option ? [value.selected_option] : [];
  const isTicked = (option: Option) => ticked.some((one) => one.value === option.value);

  const toggle = (option: Option) => {
    if (!many) return choose({ type: element.type, selected_option: option });
    // Slack keeps the order of the options, whatever the order of the clicks.
    const next = element.options.filter((one) => isTicked(one) !== (one.value === option.value));
    return choose({ type: element.type, selected_options: next });
  };

  return (
    <fieldset
      className="choices"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      aria-invalid={invalid || undefined}
      aria-busy={pending}
      {...hooks(blockId, element.action_id ?? '')}
    >
      {element.options.map((option) => (
        <label key={option.value} className="choice">
          <input
            type={many ? 'checkbox' : 'radio'}
            name={name}
            value={option.value}
            checked={isTicked(option)}
            data-focus={element.focus_on_load || undefined}
            onChange={() => toggle(option)}
          />
          <span>
            <Text of={option.text} />
            {option.description && (
              <small>
                <Text of={option.description} />
              </small>
            )}
          </span>
        </label>
      ))}
      <WarningMark words={mark} />
    </fieldset>
  );
}
