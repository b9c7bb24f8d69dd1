import type { PageChannel, PageMessage } from '../../page-api.ts';
import { HashIcon, LockIcon, MenuIcon } from '../icons.tsx';
import { isReply } from '../workspace.ts';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';

interface ChannelProps {
  channel: PageChannel;
  messages: PageMessage[];
  target: string | undefined;
  onDismiss: (message: PageMessage) => void;
  onMenu: () => void;
}

export function ChannelPane({ channel, messages, target, onDismiss, onMenu }: ChannelProps) {
  const shown = messages.filter((message) => !isReply(message));
  return (
    <main className="channel" data-testid="channel" data-channel={channel.id} data-channel-name={channel.name}>
      <header className="pane-head">
        <MenuButton onMenu={onMenu} />
        <div>
          <h1>
            <span className="quiet">{channel.isPrivate ? <LockIcon /> : <HashIcon />}</span> {channel.name}
          </h1>
          {channel.topic && <p className="quiet topic">{channel.topic}</p>}
        </div>
        <span className="quiet member-count" title="Members">
          {channel.members.length} {channel.members.length === 1 ? 'member' : 'members'}
        </span>
      </header>
      <MessageList messages={shown} target={target} onDismiss={onDismiss} />
      {shown.length === 0 && <p className="nothing-yet">Nothing has been said here yet.</p>}
      <Composer channel={channel} />
    </main>
  );
}

/** Only on a narrow screen, where the sidebar is folded away. */
export function MenuButton({ onMenu }: { onMenu: () => void }) {
  return (
    <button
      type="button"
      className="icon-button menu-button"
      aria-label="Show channels"
      data-testid="open-sidebar"
      onClick={onMenu}
    >
      <MenuIcon />
    </button>
  );
}
