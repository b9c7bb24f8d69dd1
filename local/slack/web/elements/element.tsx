import { FeedbackPair, OverflowMenu, PressButton } from './button.tsx';
import { Choices } from './choices.tsx';
import { DateTime } from './date-time.tsx';
import type { ElementProps } from './element-hooks.ts';
import type { Interactive } from './element-types.ts';
import { SelectMenu } from './select.tsx';
import { TextInput } from './text-input.tsx';

/** Any element that a person can use, wherever it stands. */
export function Element(props: ElementProps<Interactive>) {
  const { element, ...rest } = props;
  switch (element.type) {
    case 'button':
    case 'workflow_button':
    case 'icon_button':
      return <PressButton element={element} blockId={props.blockId} />;
    case 'feedback_buttons':
      return <FeedbackPair element={element} blockId={props.blockId} />;
    case 'overflow':
      return <OverflowMenu element={element} blockId={props.blockId} />;
    case 'checkboxes':
    case 'radio_buttons':
      return <Choices element={element} {...rest} />;
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return <DateTime element={element} {...rest} />;
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'rich_text_input':
      return <TextInput element={element} {...rest} />;
    case 'file_input':
      return <p className="quiet">This workspace takes no files. Leave this field empty.</p>;
    default:
      return <SelectMenu element={element} {...rest} />;
  }
}
