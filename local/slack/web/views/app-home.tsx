import { useEffect, useState } from 'react';
import type { PageMessage } from '../../page-api.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { Avatar } from '../chat/avatar.tsx';
import { MenuButton } from '../chat/channel-pane.tsx';
import { Composer } from '../chat/composer.tsx';
import { MessageList } from '../chat/message-list.tsx';
import type { PageBlock, StateValues } from '../elements/element-types.ts';
import { SurfaceProvider } from '../elements/surface.tsx';
import { send } from '../wire.ts';
import { useView } from '../workspace-context.ts';

function HomeTab() {
  const { page } = useView();
  const [typed, setTyped] = useState<StateValues>({});
  const [problem, setProblem] = useState<string>();
  const me = page.user.id;

  useEffect(() => {
    let left = false;
    send('home', { user: me }).then((answer) => {
      if (!left) setProblem(answer.ok ? undefined : (answer.error ?? 'The app did not answer.'));
    });
    return () => {
      left = true;
    };
  }, [me]);

  const blocks = page.home?.blocks as PageBlock[] | undefined;
  return (
    <div className="scroller" data-testid="home">
      <div className="home">
        {problem && (
          <div className="alert alert-error" role="alert">
            {problem}
          </div>
        )}
        {blocks ? (
          <SurfaceProvider on={{ type: 'home' }} blocks={blocks} typed={typed} onType={setTyped}>
            <Blocks blocks={blocks} />
          </SurfaceProvider>
        ) : (
          <p className="nothing-yet">{page.app.name} has not put anything here yet.</p>
        )}
      </div>
    </div>
  );
}

interface AppHomeProps {
  tab: 'home' | 'messages';
  messages: PageMessage[];
  onTab: (tab: 'home' | 'messages') => void;
  onDismiss: (message: PageMessage) => void;
  onMenu: () => void;
}

/** The app's own place: its Home tab, and what it and this person wrote to each other. */
export function AppHome({ tab, messages, onTab, onDismiss, onMenu }: AppHomeProps) {
  const { page } = useView();
  const bot = page.users.find(({ id }) => id === page.app.botUserId);
  const talk = page.channels.find(({ id, members }) => id.startsWith('D') && members.includes(page.user.id));
  const tabs = [...(page.app.homeTab ? (['home'] as const) : []), ...(talk ? (['messages'] as const) : [])];
  const shown = tabs.includes(tab) ? tab : tabs[0];
  return (
    <main className="channel" data-testid="app-home">
      <header className="pane-head">
        <MenuButton onMenu={onMenu} />
        <Avatar user={bot} />
        <h1>{page.app.name}</h1>
        <div className="tabs" role="tablist" aria-label={page.app.name}>
          {tabs.map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              aria-selected={one === shown}
              data-tab={one}
              onClick={() => onTab(one)}
            >
              {one === 'home' ? 'Home' : 'Messages'}
            </button>
          ))}
        </div>
      </header>
      {shown === 'home' && <HomeTab />}
      {shown === 'messages' && talk && (
        <>
          <MessageList
            messages={messages.filter(({ channel }) => channel === talk.id)}
            target={undefined}
            onDismiss={onDismiss}
          />
          <Composer channel={talk} />
        </>
      )}
      {shown === undefined && <p className="nothing-yet">{page.app.name} has no Home.</p>}
    </main>
  );
}
