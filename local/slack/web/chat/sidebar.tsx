import { Menu } from '../elements/menu.tsx';
import { HashIcon, LockIcon, MoonIcon, SunIcon } from '../icons.tsx';
import { useView } from '../workspace-context.ts';
import { Avatar, Bowl } from './avatar.tsx';
import type { Place } from './place.ts';
import type { Unread } from './use-unread.ts';

interface SidebarProps {
  place: Place;
  unread: Record<string, Unread>;
  open: boolean;
  onHome: () => void;
  onUser: (id: string) => void;
  onTheme: () => void;
  onClose: () => void;
}

export function Sidebar({ place, unread, open, onHome, onUser, onTheme, onClose }: SidebarProps) {
  const { page, theme, openChannel } = useView();
  const rooms = page.channels
    .filter(({ id, isPrivate, members }) => !id.startsWith('D') && (!isPrivate || members.includes(page.user.id)))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const bot = page.users.find(({ id }) => id === page.app.botUserId);
  const appName = page.app.name;
  return (
    <>
      {open && <button type="button" className="shade" aria-label="Hide channels" onClick={onClose} />}
      <nav className={open ? 'sidebar open' : 'sidebar'} aria-label="Workspace" data-testid="sidebar">
        <header className="team">
          <span className="team-mark">
            <Bowl />
          </span>
          <span className="team-name">{page.team.name}</span>
          <button
            type="button"
            className="icon-button"
            aria-label={`Use ${theme === 'dark' ? 'light' : 'dark'} colours`}
            title="Light or dark"
            data-testid="theme"
            onClick={onTheme}
          >
            {theme === 'dark' ? <SunIcon /> : <MoonIcon />}
          </button>
        </header>
        <div className="sidebar-scroll">
          <h2>Channels</h2>
          <ul>
            {rooms.map((channel) => {
              const news = unread[channel.id];
              const current = place.kind === 'channel' && place.channel === channel.id;
              return (
                <li key={channel.id}>
                  <button
                    type="button"
                    className={['room', current && 'current', news && !current && 'unread'].filter(Boolean).join(' ')}
                    aria-current={current ? 'page' : undefined}
                    data-channel-link={channel.name}
                    data-channel={channel.id}
                    data-unread={(news && !current) || undefined}
                    onClick={() => openChannel(channel.id)}
                  >
                    <span className="room-mark" aria-hidden="true">
                      {channel.isPrivate ? <LockIcon /> : <HashIcon />}
                    </span>
                    <span className="room-name">{channel.name}</span>
                    {news && news.mentions > 0 && !current && (
                      <>
                        <span className="mention-count">{news.mentions}</span>
                        <span className="for-readers">mentions</span>
                      </>
                    )}
                  </button>
                </li>
              );
            })}
          </ul>
          <h2>Apps</h2>
          <ul>
            <li>
              <button
                type="button"
                className={place.kind === 'home' ? 'room current' : 'room'}
                aria-current={place.kind === 'home' ? 'page' : undefined}
                data-testid="app-home-link"
                onClick={onHome}
              >
                <Avatar user={bot} small />
                <span className="room-name">{appName}</span>
              </button>
            </li>
          </ul>
        </div>
        <footer className="who">
          <Menu
            label="Switch person"
            heading="Who are you?"
            triggerClass="who-button"
            triggerData={{ 'data-testid': 'person' }}
            trigger={
              <>
                <Avatar user={page.user} />
                <span className="menu-words">
                  <span data-testid="me">{page.user.realName || page.user.name}</span>
                  <small>{page.user.title || 'You'}</small>
                </span>
                <span className="chevron" aria-hidden="true" />
              </>
            }
            items={page.users
              .filter(({ isBot }) => !isBot)
              .map((user) => ({
                key: user.id,
                label: user.realName || user.name,
                description: [`@${user.name}`, user.title].filter(Boolean).join(' · '),
                icon: <Avatar user={user} small />,
                current: user.id === page.user.id,
                data: { 'data-person': user.name, 'data-user': user.id },
                choose: () => onUser(user.id),
              }))}
          />
        </footer>
      </nav>
    </>
  );
}
