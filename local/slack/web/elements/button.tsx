import type { Button as ButtonElement, FeedbackButtons, IconButton, Overflow, WorkflowButton } from '@slack/types';
import type { Json } from '../../page-api.ts';
import { BinIcon, DotsIcon } from '../icons.tsx';
import { PlainText } from '../text/mrkdwn-view.tsx';
import { safeHref } from '../text/safe-link.ts';
import { useView } from '../workspace-context.ts';
import { hooks } from './element-hooks.ts';
import { Menu } from './menu.tsx';
import { useSurface } from './surface.tsx';
import { WarningMark } from './warning-mark.tsx';

interface PressProps {
  blockId: string;
  element: ButtonElement | WorkflowButton | IconButton;
}

const openOutside = (address: string | undefined) => {
  const href = address === undefined ? undefined : safeHref(address);
  if (href) window.open(href, '_blank', 'noopener,noreferrer');
};

export function PressButton({ element, blockId }: PressProps) {
  const surface = useSurface();
  const { openPermalink } = useView();
  const actionId = element.action_id ?? '';
  const pending = surface.isPending(blockId, actionId);
  const style = element.type !== 'icon_button' && element.style ? ` button-${element.style}` : '';

  const press = async () => {
    if (pending || !(await surface.confirm(element.confirm))) return;
    const { type, text } = element;
    const value = 'value' in element && element.value !== undefined ? { value: element.value } : {};
    const said = 'style' in element && element.style ? { style: element.style } : {};
    if (type === 'button' && element.url && !openPermalink(element.url)) openOutside(element.url);
    await surface.act(blockId, actionId, { type, text: { ...text }, ...value, ...said });
  };

  return (
    <span className="pressable">
      <button
        type="button"
        className={`button${style}`}
        {...hooks(blockId, actionId)}
        aria-label={element.accessibility_label}
        aria-busy={pending}
        data-pending={pending || undefined}
        onClick={press}
      >
        {pending && <span className="spinner" aria-hidden="true" />}
        <span className="button-words">
          {element.type === 'icon_button' && <BinIcon />}
          <PlainText text={element.text.text} emoji={element.text.emoji} />
        </span>
      </button>
      <WarningMark words={surface.markOf(blockId, actionId)} />
    </span>
  );
}

export function FeedbackPair({ element, blockId }: { element: FeedbackButtons; blockId: string }) {
  const surface = useSurface();
  const actionId = element.action_id ?? '';
  const send = (value: string): Promise<void> => surface.act(blockId, actionId, { type: 'feedback_buttons', value });
  return (
    <span className="pressable">
      {[element.positive_button, element.negative_button].map((one) => (
        <button
          key={one.value}
          type="button"
          className="button"
          {...hooks(blockId, actionId)}
          aria-label={one.accessibility_label}
          disabled={surface.isPending(blockId, actionId)}
          onClick={() => send(one.value)}
        >
          <PlainText text={one.text.text} emoji={one.text.emoji} />
        </button>
      ))}
      <WarningMark words={surface.markOf(blockId, actionId)} />
    </span>
  );
}

export function OverflowMenu({ element, blockId }: { element: Overflow; blockId: string }) {
  const surface = useSurface();
  const actionId = element.action_id ?? '';
  const pending = surface.isPending(blockId, actionId);
  const choose = async (option: Overflow['options'][number]) => {
    if (!(await surface.confirm(element.confirm))) return;
    openOutside(option.url);
    const action: Json = { type: 'overflow', selected_option: option };
    await surface.act(blockId, actionId, action);
  };
  return (
    <span className="pressable">
      <Menu
        label="More actions"
        trigger={pending ? <span className="spinner" aria-hidden="true" /> : <DotsIcon />}
        triggerClass="button button-overflow"
        triggerData={hooks(blockId, actionId)}
        disabled={pending}
        alignEnd
        items={element.options.map((option) => ({
          key: option.value ?? option.text.text,
          label: <PlainText text={option.text.text} emoji={option.text.emoji} />,
          description: option.description?.text,
          data: { 'data-value': option.value ?? '' },
          choose: () => choose(option),
        }))}
      />
      <WarningMark words={surface.markOf(blockId, actionId)} />
    </span>
  );
}
