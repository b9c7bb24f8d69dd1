import { memo, useState } from 'react';
import type { PageMessage } from '../../page-api.ts';
import { Blocks } from '../blocks/blocks.tsx';
import type { PageBlock, StateValues } from '../elements/element-types.ts';
import { Menu } from '../elements/menu.tsx';
import { SurfaceProvider } from '../elements/surface.tsx';
import { DotsIcon, EyeIcon, ThreadIcon } from '../icons.tsx';
import { mentionsMe } from '../mentions.ts';
import { Mrkdwn } from '../text/mrkdwn-view.tsx';
import { clockTime, fullTime, timeAgo, timeOf } from '../text/slack-date.ts';
import { send } from '../wire.ts';
import { isReply, withNotice } from '../workspace.ts';
import { useView } from '../workspace-context.ts';
import { Avatar } from './avatar.tsx';

function Body({ message }: { message: PageMessage }) {
  const [typed, setTyped] = useState<StateValues>({});
  const blocks = message.blocks as unknown as PageBlock[] | undefined;
  const edited = message.edited && <span className="edited"> (edited)</span>;
  if (blocks === undefined || blocks.length === 0) {
    return (
      <div className="message-text" data-testid="message-text">
        <Mrkdwn text={message.text} />
        {edited}
      </div>
    );
  }
  const on = { type: 'message', channel: message.channel, ts: message.ts } as const;
  return (
    <SurfaceProvider on={on} blocks={blocks} typed={typed} onType={setTyped}>
      <Blocks blocks={blocks} />
      {edited}
    </SurfaceProvider>
  );
}

/** What the app shows below a link to one of its things. */
function Unfurl({ message: { channel, ts }, blocks }: { message: PageMessage; blocks: PageBlock[] }) {
  const [typed, setTyped] = useState<StateValues>({});
  return (
    <div className="unfurl" data-testid="unfurl">
      <SurfaceProvider on={{ type: 'message', channel, ts }} blocks={blocks} typed={typed} onType={setTyped}>
        <Blocks blocks={blocks} />
      </SurfaceProvider>
    </div>
  );
}

function Replies({ message }: { message: PageMessage }) {
  const { page, openThread } = useView();
  const replies = page.messages.filter(
    (one) => one.channel === message.channel && one.threadTs === message.ts && isReply(one),
  );
  const lasting = replies.filter(({ ephemeralTo }) => ephemeralTo === undefined);
  const count = Math.max(lasting.length, message.replyCount ?? 0);
  const last = replies.at(-1);
  if (count === 0 && replies.length === 0) return null;
  const people = [...new Set(replies.map(({ user }) => user))].slice(0, 4);
  return (
    <button
      type="button"
      className="replies"
      data-testid="replies"
      onClick={() => openThread(message.channel, message.ts)}
    >
      {people.map((id) => (
        <Avatar key={id} user={page.users.find((user) => user.id === id)} small />
      ))}
      <span className="reply-count">{count === 1 ? '1 reply' : `${count} replies`}</span>
      {last && <span className="quiet">Last reply {timeAgo(timeOf(last.ts), new Date())}</span>}
    </button>
  );
}

function Toolbar({ message, inThread }: { message: PageMessage; inThread: boolean }) {
  const { page, change, openThread } = useView();
  const shortcuts = page.app.shortcuts.filter(({ type }) => type === 'message');
  const run = async (callbackId: string) => {
    const { channel, ts } = message;
    const answer = await send('shortcut', { user: page.user.id, callbackId, message: { channel, ts } });
    if (!answer.ok) change((now) => withNotice(now, channel, answer.error ?? `${page.app.name} did not answer.`));
  };
  return (
    <div className="toolbar">
      {!inThread && (
        <button
          type="button"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={() => openThread(message.channel, message.ts)}
        >
          <ThreadIcon />
        </button>
      )}
      {shortcuts.length > 0 && (
        <Menu
          label="More for this message"
          trigger={<DotsIcon />}
          triggerClass=""
          triggerData={{ 'data-testid': 'message-menu' }}
          heading={page.app.name}
          alignEnd
          items={shortcuts.map(({ name, description, callbackId }) => ({
            key: callbackId,
            label: name,
            description,
            data: { 'data-shortcut': callbackId },
            choose: () => run(callbackId),
          }))}
        />
      )}
    </div>
  );
}

interface MessageProps {
  message: PageMessage;
  /** Follows a message of the same person within minutes: no name and picture of its own. */
  grouped: boolean;
  inThread?: boolean;
  highlighted?: boolean;
  onDismiss: (message: PageMessage) => void;
}

export const Message = memo(function Message({
  message,
  grouped,
  inThread = false,
  highlighted = false,
  onDismiss,
}: MessageProps) {
  const { page } = useView();
  const author = page.users.find((user) => user.id === message.user);
  const at = timeOf(message.ts);
  const ephemeral = message.ephemeralTo !== undefined;
  const name = author?.isBot ? author.realName || author.name : author?.realName || author?.name || message.user;
  const looks = [
    'message',
    grouped && 'grouped',
    ephemeral && 'ephemeral',
    mentionsMe(page, message) && 'mentions-me',
    highlighted && 'highlighted',
  ];
  return (
    <article
      className={looks.filter(Boolean).join(' ')}
      data-testid={ephemeral ? 'ephemeral' : 'message'}
      data-ts={message.ts}
      data-channel={message.channel}
      data-user={message.user}
      aria-label={`${name}, ${clockTime(at)}`}
    >
      <div className="gutter">
        {grouped ? (
          <time className="gutter-time" dateTime={at.toISOString()} title={fullTime(at)}>
            {clockTime(at).replace(/ [AP]M$/, '')}
          </time>
        ) : (
          <Avatar user={author} />
        )}
      </div>
      <div className="message-body">
        {ephemeral && (
          <div className="only-you">
            <EyeIcon /> Only visible to you
          </div>
        )}
        {!grouped && (
          <div className="byline">
            <span className="author">{name}</span>
            {author?.isBot && <span className="badge">APP</span>}
            <time dateTime={at.toISOString()} title={fullTime(at)}>
              {clockTime(at)}
            </time>
          </div>
        )}
        <Body message={message} />
        {message.unfurls?.map(({ url, blocks }) => (
          <Unfurl key={url} message={message} blocks={blocks as unknown as PageBlock[]} />
        ))}
        {ephemeral && (
          <button type="button" className="link-button" data-testid="dismiss" onClick={() => onDismiss(message)}>
            Dismiss message
          </button>
        )}
        {!inThread && <Replies message={message} />}
      </div>
      {!ephemeral && <Toolbar message={message} inThread={inThread} />}
    </article>
  );
});
