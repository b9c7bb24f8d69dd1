import type { TextObject } from '@slack/types';
import { memo } from 'react';
import { inOrder } from '../in-order.ts';
import { emojiFor } from './emoji.ts';
import { Broadcast, ChannelMention, DateView, Emoji, GroupMention, Link, UserMention } from './inline-view.tsx';
import { type Inline, type Passage, parseMrkdwn } from './mrkdwn.ts';

function InlineNode({ node }: { node: Inline }) {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'bold':
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Inlines nodes={node.children} />
        </s>
      );
    case 'code':
      return <code>{node.text}</code>;
    case 'emoji':
      return <Emoji name={node.name} />;
    case 'link':
      return <Link to={node.url}>{node.label ?? node.url.replace(/^mailto:/, '')}</Link>;
    case 'user':
      return <UserMention id={node.id} label={node.label} />;
    case 'channel':
      return <ChannelMention id={node.id} label={node.label} />;
    case 'group':
      return <GroupMention id={node.id} label={node.label} />;
    case 'broadcast':
      return <Broadcast range={node.range} />;
    case 'date':
      return <DateView epoch={node.epoch} format={node.format} fallback={node.fallback} link={node.link} />;
    default:
      return node satisfies never;
  }
}

function Inlines({ nodes }: { nodes: Inline[] }) {
  return inOrder(nodes, (node) => <InlineNode node={node} />);
}

function PassageView({ passage }: { passage: Passage }) {
  switch (passage.kind) {
    case 'pre':
      return <pre>{passage.text}</pre>;
    case 'quote':
      return (
        <blockquote>
          <Inlines nodes={passage.children} />
        </blockquote>
      );
    case 'lines':
      return (
        <div className="lines">
          <Inlines nodes={passage.children} />
        </div>
      );
    default:
      return passage satisfies never;
  }
}

export const Mrkdwn = memo(function Mrkdwn({
  text,
  verbatim = false,
}: {
  text: string;
  verbatim?: boolean | undefined;
}) {
  return (
    <div className="mrkdwn">
      {inOrder(parseMrkdwn(text, verbatim), (passage) => (
        <PassageView passage={passage} />
      ))}
    </div>
  );
});

/** Plain text reads nothing but emoji names. */
export function PlainText({ text, emoji = true }: { text: string; emoji?: boolean | undefined }) {
  if (!emoji) return text;
  return inOrder(text.split(/(:[a-z0-9_+'-]+(?:::skin-tone-[2-6])?:)/), (part, place) => {
    const name = place % 2 === 1 ? part.slice(1, -1) : undefined;
    return name && emojiFor(name) ? <Emoji name={name} /> : part;
  });
}

export function Text({ of: text }: { of: TextObject }) {
  return text.type === 'mrkdwn' ? (
    <Mrkdwn text={text.text} verbatim={text.verbatim} />
  ) : (
    <PlainText text={text.text} emoji={text.emoji} />
  );
}
