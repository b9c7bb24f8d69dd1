import { useCallback, useEffect, useMemo, useState } from 'react';
import { ChannelPane } from './chat/channel-pane.tsx';
import { type Address, type Place, readAddress, writeAddress } from './chat/place.ts';
import { Sidebar } from './chat/sidebar.tsx';
import { Thread } from './chat/thread.tsx';
import { useDismissed } from './chat/use-dismissed.ts';
import { useTheme } from './chat/use-theme.ts';
import { useUnread } from './chat/use-unread.ts';
import { readPermalink } from './text/safe-link.ts';
import { type Change, type Connection, useWorkspace } from './use-workspace.ts';
import { AppHome } from './views/app-home.tsx';
import { Modals } from './views/modals.tsx';
import { isReply, type Workspace } from './workspace.ts';
import { WorkspaceContext, type WorkspaceView } from './workspace-context.ts';

const hereNow = (): Address => readAddress(new URL(location.href), readPermalink(location.href));

export function Page() {
  const [address, setAddress] = useState(hereNow);
  const { theme, toggle } = useTheme();
  const go = useCallback((next: Address) => {
    history.pushState(null, '', writeAddress(next));
    setAddress(next);
  }, []);
  const become = useCallback((user: string) => setAddress((now) => ({ ...now, user })), []);
  const { workspace, connection, change } = useWorkspace(address.user, become);
  useEffect(() => {
    const back = () => setAddress(hereNow());
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);

  if (workspace === undefined) {
    return (
      <div className="starting" role="status">
        {connection === 'lost' ? 'The workspace does not answer. Trying again…' : 'Opening the workspace…'}
      </div>
    );
  }
  return (
    <Inside
      // Another person sees other things: nothing of the last one stays.
      key={workspace.page.user.id}
      {...{ workspace, connection, change, theme, go }}
      place={address.place}
      onTheme={toggle}
    />
  );
}

/** Where somebody said something last, of the channels that this person is in. */
function liveliest(rooms: Workspace['page']['channels'], { page }: Workspace, me: string) {
  const mine = rooms.filter(({ members }) => members.includes(me));
  const last = page.messages.findLast(({ channel }) => mine.some(({ id }) => id === channel));
  return mine.find(({ id }) => id === last?.channel) ?? mine[0];
}

interface InsideProps {
  workspace: Workspace;
  connection: Connection;
  change: Change;
  theme: 'light' | 'dark';
  place: Place;
  go: (address: Address) => void;
  onTheme: () => void;
}

function Inside({ workspace, connection, change, theme, place, go, onTheme }: InsideProps) {
  const { page } = workspace;
  const me = page.user.id;
  const [sidebarOpen, setSidebarOpen] = useState(false);
  const { isDismissed, dismiss } = useDismissed(me);

  const asked = place.kind === 'channel' ? place.channel : undefined;
  const rooms = page.channels.filter(({ id }) => !id.startsWith('D'));
  // Chosen once: the page does not jump when somebody speaks elsewhere.
  const [start] = useState(() => liveliest(rooms, workspace, me)?.id);
  const channel =
    rooms.find(({ id, name }) => id === asked || name === asked) ?? rooms.find(({ id }) => id === start) ?? rooms[0];
  const unread = useUnread(page, place.kind === 'channel' ? channel?.id : undefined);

  const view: WorkspaceView = useMemo(() => {
    const show = (next: Place) => {
      setSidebarOpen(false);
      go({ user: me, place: next });
    };
    return {
      page,
      workspace,
      change,
      theme,
      openChannel: (id) => show({ kind: 'channel', channel: id }),
      openThread: (id, ts) => show({ kind: 'channel', channel: id, thread: ts }),
      openPermalink: (url) => {
        const link = readPermalink(url);
        const message = link && page.messages.find(({ channel: id, ts }) => id === link.channel && ts === link.ts);
        if (message === undefined) return false;
        const thread = isReply(message) ? message.threadTs : undefined;
        show({ kind: 'channel', channel: message.channel, target: message.ts, thread });
        return true;
      },
    };
  }, [page, workspace, change, theme, go, me]);

  const news = Object.values(unread).reduce((sum, { mentions }) => sum + mentions, 0);
  const where = place.kind === 'home' ? page.app.name : `#${channel?.name ?? ''}`;
  useEffect(() => {
    document.title = `${news > 0 ? `(${news}) ` : ''}${where} · ${page.team.name}`;
  }, [news, where, page.team.name]);

  const visible = page.messages.filter((message) => !isDismissed(message));
  const here = visible.filter((message) => message.channel === channel?.id);
  const thread = place.kind === 'channel' ? place.thread : undefined;
  const target = place.kind === 'channel' ? place.target : undefined;
  const currentPlace: Place = place.kind === 'channel' ? { ...place, channel: channel?.id } : place;
  const menu = () => setSidebarOpen(true);
  const goTo = (next: Place) => {
    setSidebarOpen(false);
    go({ user: me, place: next });
  };

  return (
    <WorkspaceContext value={view}>
      <div
        className={thread ? 'workspace with-thread' : 'workspace'}
        data-testid="workspace"
        data-user={me}
        data-connection={connection}
      >
        <Sidebar
          place={currentPlace}
          unread={unread}
          open={sidebarOpen}
          onHome={() => goTo({ kind: 'home', tab: 'home' })}
          onUser={(id) => go({ user: id, place: currentPlace })}
          onTheme={onTheme}
          onClose={() => setSidebarOpen(false)}
        />
        {place.kind === 'home' && (
          <AppHome
            tab={place.tab}
            messages={visible}
            onTab={(tab) => goTo({ kind: 'home', tab })}
            onDismiss={dismiss}
            onMenu={menu}
          />
        )}
        {place.kind === 'channel' && channel && (
          <ChannelPane
            key={channel.id}
            channel={channel}
            messages={here}
            target={target}
            onDismiss={dismiss}
            onMenu={menu}
          />
        )}
        {thread && channel && (
          <Thread key={thread} channel={channel} ts={thread} messages={here} target={target} onDismiss={dismiss} />
        )}
        {connection === 'lost' && (
          <div className="banner" role="status" data-testid="disconnected">
            Connection lost. Trying again… What you see may be old.
          </div>
        )}
        <Modals />
      </div>
    </WorkspaceContext>
  );
}
