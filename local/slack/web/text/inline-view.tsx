import type { ReactNode } from 'react';
import { useView } from '../workspace-context.ts';
import { emojiFor } from './emoji.ts';
import { safeHref } from './safe-link.ts';
import { formatSlackDate, fullTime } from './slack-date.ts';

export function Emoji({ name, tone }: { name: string; tone?: number | undefined }) {
  const character = emojiFor(name, tone);
  if (character === undefined) return `:${name}:`;
  return (
    <span className="emoji" role="img" aria-label={name.replaceAll('_', ' ')} title={`:${name}:`}>
      {character}
    </span>
  );
}

/** A link to a message of this workspace is followed in the page; an address that a chat may not open stays text. */
export function Link({ to, children }: { to: string; children: ReactNode }) {
  const { openPermalink } = useView();
  const href = safeHref(to);
  if (href === undefined) return <span className="unsafe-link">{children}</span>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        if (!event.metaKey && !event.ctrlKey && openPermalink(href)) event.preventDefault();
      }}
    >
      {children}
    </a>
  );
}

export function UserMention({ id, label }: { id: string; label?: string | undefined }) {
  const { page } = useView();
  const name = page.users.find((user) => user.id === id)?.name ?? label ?? id;
  return <span className={id === page.user.id ? 'mention mention-me' : 'mention'}>@{name}</span>;
}

export function GroupMention({ id, label }: { id: string; label?: string | undefined }) {
  const { page } = useView();
  const group = page.userGroups.find((one) => one.id === id);
  const mine = group?.members.includes(page.user.id) ?? false;
  return (
    <span className={mine ? 'mention mention-me' : 'mention'}>@{group?.handle ?? label?.replace(/^@/, '') ?? id}</span>
  );
}

export function Broadcast({ range }: { range: string }) {
  return <span className="mention mention-me">@{range}</span>;
}

export function ChannelMention({ id, label }: { id: string; label?: string | undefined }) {
  const { page, openChannel } = useView();
  const channel = page.channels.find((one) => one.id === id);
  if (channel === undefined) return <span className="mention">#{label ?? id}</span>;
  return (
    <button type="button" className="mention mention-channel" onClick={() => openChannel(id)}>
      #{channel.name}
    </button>
  );
}

interface SlackDate {
  epoch: number;
  format: string;
  fallback: string;
  link?: string | undefined;
}

export function DateView({ epoch, format, fallback, link }: SlackDate) {
  const at = new Date(epoch * 1000);
  const words = formatSlackDate(epoch, format, new Date()) || fallback;
  if (Number.isNaN(at.getTime())) return words;
  const time = (
    <time dateTime={at.toISOString()} title={fullTime(at)}>
      {words}
    </time>
  );
  return link ? <Link to={link}>{time}</Link> : time;
}
