import type { PageChannel, PageMessage } from '../../page-api.ts';
import { CloseIcon, HashIcon, LockIcon } from '../icons.tsx';
import { isReply } from '../workspace.ts';
import { useView } from '../workspace-context.ts';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';

interface ThreadProps {
  channel: PageChannel;
  ts: string;
  messages: PageMessage[];
  target: string | undefined;
  onDismiss: (message: PageMessage) => void;
}

export function Thread({ channel, ts, messages, target, onDismiss }: ThreadProps) {
  const { openThread } = useView();
  const thread = messages.filter((message) => message.ts === ts || (isReply(message) && message.threadTs === ts));
  return (
    <aside className="thread" data-testid="thread" data-thread-ts={ts} aria-label="Thread">
      <header className="pane-head">
        <div>
          <h2>Thread</h2>
          <p className="quiet">
            {channel.isPrivate ? <LockIcon /> : <HashIcon />} {channel.name}
          </p>
        </div>
        <button
          type="button"
          className="icon-button"
          aria-label="Close thread"
          data-testid="close-thread"
          onClick={() => openThread(channel.id, undefined)}
        >
          <CloseIcon />
        </button>
      </header>
      <MessageList messages={thread} target={target} inThread onDismiss={onDismiss} />
      <Composer channel={channel} threadTs={ts} />
    </aside>
  );
}
