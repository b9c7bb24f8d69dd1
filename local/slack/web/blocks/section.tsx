import type { SectionBlock } from '@slack/types';
import { useState } from 'react';
import { Element } from '../elements/element.tsx';
import { inOrder } from '../in-order.ts';
import { Text } from '../text/mrkdwn-view.tsx';
import { Picture } from './picture.tsx';

const foldAfter = 700;

/** Slack folds a long section unless it says `expand`. */
function Foldable({ text, expand }: { text: NonNullable<SectionBlock['text']>; expand: boolean }) {
  const long = !expand && (text.text.length > foldAfter || text.text.split('\n').length > 12);
  const [open, setOpen] = useState(false);
  if (!long) return <Text of={text} />;
  return (
    <>
      <div className={open ? undefined : 'folded'}>
        <Text of={text} />
      </div>
      <button type="button" className="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Show less' : 'Show more'}
      </button>
    </>
  );
}

export function Section({ block }: { block: SectionBlock }) {
  const { text, fields, accessory } = block;
  return (
    <div className={accessory ? 'section with-accessory' : 'section'}>
      <div className="section-words">
        {text && <Foldable text={text} expand={block.expand ?? false} />}
        {fields && (
          <div className="fields">
            {inOrder(fields, (field) => (
              <div>
                <Text of={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory && (
        <div className="accessory">
          {accessory.type === 'image' ? (
            <Picture image={accessory} className="thumbnail" />
          ) : (
            <Element element={accessory} blockId={block.block_id ?? ''} dispatches />
          )}
        </div>
      )}
    </div>
  );
}
