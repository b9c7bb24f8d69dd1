import type { ContainerBlock, ContextBlock } from '@slack/types';
import { Element } from '../elements/element.tsx';
import type { PageBlock } from '../elements/element-types.ts';
import { inOrder } from '../in-order.ts';
import { PlainText, Text } from '../text/mrkdwn-view.tsx';
import { RichText } from '../text/rich-text.tsx';
import { BlockBoundary } from './block-boundary.tsx';
import { Card } from './card.tsx';
import { InputView } from './input-block.tsx';
import { Picture } from './picture.tsx';
import { RenderedBlock } from './rendered-block.tsx';
import { Section } from './section.tsx';
import { Table } from './table.tsx';

function Context({ block }: { block: ContextBlock }) {
  return (
    <div className="context">
      {inOrder(block.elements, (element) =>
        element.type === 'image' ? (
          <Picture image={element} className="tiny" />
        ) : (
          <span>
            <Text of={element} />
          </span>
        ),
      )}
    </div>
  );
}

function Container({ block }: { block: ContainerBlock }) {
  const title = block.title ? (
    <PlainText text={block.title.text} />
  ) : (
    block.rich_text_title && <RichText block={block.rich_text_title} />
  );
  const head = (
    <>
      <strong>{title}</strong>
      {block.subtitle && (
        <small>
          <Text of={block.subtitle} />
        </small>
      )}
    </>
  );
  if (block.is_collapsible) {
    return (
      <details className="card" open={!block.default_collapsed}>
        <summary>{head}</summary>
        <Blocks blocks={block.child_blocks} />
      </details>
    );
  }
  return (
    <section className="card">
      {head}
      <Blocks blocks={block.child_blocks} />
    </section>
  );
}

function BlockView({ block }: { block: PageBlock }) {
  const blockId = block.block_id ?? '';
  switch (block.type) {
    case 'section':
      return <Section block={block} />;
    case 'input':
      return <InputView block={block} />;
    case 'header':
      return (
        <h3 className="header">
          <PlainText text={block.text.text} emoji={block.text.emoji} />
        </h3>
      );
    case 'divider':
      return <hr />;
    case 'actions':
    case 'context_actions':
      return (
        <div className="actions">
          {block.elements.map((element) => (
            <Element key={element.action_id} element={element} blockId={blockId} dispatches />
          ))}
        </div>
      );
    case 'context':
      return <Context block={block} />;
    case 'rich_text':
      return <RichText block={block} />;
    case 'image':
      return (
        <figure>
          {block.title && (
            <figcaption>
              <PlainText text={block.title.text} />
            </figcaption>
          )}
          <Picture image={block} className="image" />
        </figure>
      );
    case 'table':
    case 'data_table':
      return <Table block={block} />;
    case 'alert':
      return (
        <div className={`alert alert-${block.level ?? 'default'}`} role="status">
          <Text of={block.text} />
        </div>
      );
    case 'card':
      return <Card block={block} />;
    case 'carousel':
      return (
        <div className="carousel">
          {inOrder(block.elements, (card) => (
            <Card block={card} />
          ))}
        </div>
      );
    case 'container':
      return <Container block={block} />;
    case 'markdown':
    case 'data_visualization':
    case 'plan':
    case 'task_card':
    case 'video':
    case 'file':
      return <RenderedBlock block={block} />;
    default:
      return block satisfies never;
  }
}

export function Blocks({ blocks }: { blocks: PageBlock[] }) {
  return (
    <div className="blocks">
      {inOrder(blocks, (block) => (
        <BlockBoundary key={block.block_id}>
          <BlockView block={block} />
        </BlockBoundary>
      ))}
    </div>
  );
}
