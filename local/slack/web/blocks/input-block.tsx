import type { InputBlock } from '@slack/types';
import { useId } from 'react';
import { Element } from '../elements/element.tsx';
import { useSurface } from '../elements/surface.tsx';
import { PlainText } from '../text/mrkdwn-view.tsx';

/** Label, field, hint, and what is wrong with it. */
export function InputView({ block }: { block: InputBlock }) {
  const { errors } = useSurface();
  const label = useId();
  const below = useId();
  const blockId = block.block_id ?? '';
  const error = errors[blockId];
  return (
    <div className={error ? 'input-block wrong' : 'input-block'} data-block-id={blockId} data-testid="input-block">
      <div className="input-label" id={label}>
        <PlainText text={block.label.text} emoji={block.label.emoji} />
        {block.optional && <span className="optional"> (optional)</span>}
      </div>
      <Element
        element={block.element}
        blockId={blockId}
        dispatches={block.dispatch_action ?? false}
        labelledBy={label}
        describedBy={below}
        invalid={error !== undefined}
        optional={block.optional ?? false}
      />
      <div id={below}>
        {error && (
          <p className="input-error" role="alert" data-testid="input-error">
            {error}
          </p>
        )}
        {block.hint && (
          <p className="input-hint">
            <PlainText text={block.hint.text} emoji={block.hint.emoji} />
          </p>
        )}
      </div>
    </div>
  );
}
