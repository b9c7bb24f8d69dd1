import type { RichTextBlock, RichTextBlockElement, RichTextElement } from '@slack/types';
import type { ReactNode } from 'react';
import { inOrder } from '../in-order.ts';
import { Broadcast, ChannelMention, DateView, Emoji, GroupMention, Link, UserMention } from './inline-view.tsx';

interface Style {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  underline?: boolean;
  code?: boolean;
}

function styled(content: ReactNode, style: Style | undefined): ReactNode {
  let node = content;
  if (style?.code) node = <code>{node}</code>;
  if (style?.bold) node = <strong>{node}</strong>;
  if (style?.italic) node = <em>{node}</em>;
  if (style?.strike) node = <s>{node}</s>;
  if (style?.underline) node = <u>{node}</u>;
  return node;
}

function leaf(element: RichTextElement): ReactNode {
  switch (element.type) {
    case 'text':
      return element.text;
    case 'link':
      return <Link to={element.url}>{element.text ?? element.url}</Link>;
    case 'user':
      return <UserMention id={element.user_id} />;
    case 'usergroup':
      return <GroupMention id={element.usergroup_id} />;
    case 'channel':
      return <ChannelMention id={element.channel_id} />;
    case 'broadcast':
      return <Broadcast range={element.range} />;
    case 'emoji':
      return <Emoji name={element.name} />;
    case 'date':
      return (
        <DateView
          epoch={element.timestamp}
          format={element.format}
          fallback={element.fallback ?? ''}
          link={element.url}
        />
      );
    case 'color':
      return (
        <span className="swatch">
          <i style={{ backgroundColor: element.value }} /> {element.value}
        </span>
      );
    case 'team':
      return <span className="mention">{element.team_id}</span>;
    default:
      return element satisfies never;
  }
}

function Leaves({ of: elements }: { of: RichTextElement[] }) {
  return inOrder(elements, (element) => <>{styled(leaf(element), element.style)}</>);
}

const numberings = ['decimal', 'lower-alpha', 'lower-roman'];
const bullets = ['disc', 'circle', 'square'];

function RichPart({ part }: { part: RichTextBlockElement }) {
  switch (part.type) {
    case 'rich_text_section':
      return (
        <div className="lines">
          <Leaves of={part.elements} />
        </div>
      );
    case 'rich_text_preformatted':
      return (
        <pre>
          <Leaves of={part.elements} />
        </pre>
      );
    case 'rich_text_quote':
      return (
        <blockquote>
          <Leaves of={part.elements} />
        </blockquote>
      );
    case 'rich_text_list': {
      const indent = part.indent ?? 0;
      const kinds = part.style === 'ordered' ? numberings : bullets;
      const List = part.style === 'ordered' ? 'ol' : 'ul';
      return (
        <List style={{ marginInlineStart: `${indent * 1.5}rem`, listStyleType: kinds[indent % kinds.length] }}>
          {inOrder(part.elements, (item) => (
            <li>
              <Leaves of={item.elements} />
            </li>
          ))}
        </List>
      );
    }
    default:
      return part satisfies never;
  }
}

export function RichText({ block }: { block: Pick<RichTextBlock, 'elements'> }) {
  return (
    <div className="mrkdwn rich-text">
      {inOrder(block.elements, (part) => (
        <RichPart part={part} />
      ))}
    </div>
  );
}
