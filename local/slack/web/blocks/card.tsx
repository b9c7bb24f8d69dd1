import type { CardBlock } from '@slack/types';
import { Element } from '../elements/element.tsx';
import { Text } from '../text/mrkdwn-view.tsx';
import { Picture } from './picture.tsx';

export function Card({ block }: { block: CardBlock }) {
  const { title, subtitle, body, actions, icon } = block;
  return (
    <article className="card">
      {block.hero_image && <Picture image={block.hero_image} className="hero" />}
      {(icon || title || subtitle) && (
        <div className="card-head">
          {icon && <Picture image={icon} className="icon" />}
          <div>
            {title && <strong>{<Text of={title} />}</strong>}
            {subtitle && <small>{<Text of={subtitle} />}</small>}
          </div>
        </div>
      )}
      {body && <Text of={body} />}
      {actions && (
        <div className="actions">
          {actions.map((button) => (
            <Element key={button.action_id} element={button} blockId={block.block_id ?? ''} dispatches />
          ))}
        </div>
      )}
    </article>
  );
}
