import { useCallback, useEffect, useState } from 'react';
import type { PageEvent } from '../page-api.ts';
import { loadState } from './wire.ts';
import { applyEvent, startWorkspace, type Workspace } from './workspace.ts';

export type Connection = 'connecting' | 'live' | 'lost';
export type Change = (change: (workspace: Workspace) => Workspace) => void;

const waitAfter = (tries: number) => Math.min(15_000, 400 * 2 ** tries) * (0.75 + Math.random() / 2);

/**
 * Loads the state and keeps it live. The stream is opened first and what it says is held back until the state is
 * there, so that nothing that happens in between is missed; after a lost connection the state is loaded anew.
 */
export function useWorkspace(
  user: string | undefined,
  /** Called with who the page is when the address names nobody, or somebody who is not here. */
  onUser: (id: string) => void,
): { workspace: Workspace | undefined; connection: Connection; change: Change } {
  const [workspace, setWorkspace] = useState<Workspace>();
  const [connection, setConnection] = useState<Connection>('connecting');

  useEffect(() => {
    let ended = false;
    let tries = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stream: EventSource | undefined;
    setWorkspace(undefined);
    setConnection('connecting');

    const again = () => {
      stream?.close();
      if (ended) return;
      setConnection('lost');
      clearTimeout(timer);
      timer = setTimeout(connect, waitAfter(tries));
      tries += 1;
    };

    const follow = (me: string) => {
      let heldBack: PageEvent[] | undefined = [];
      let channels = new Set<string>();
      stream = new EventSource(`/page/events?user=${encodeURIComponent(me)}`);
      stream.onmessage = ({ data }) => {
        const event: PageEvent = JSON.parse(data);
        if (heldBack) heldBack.push(event);
        else if (event.type === 'message' && !channels.has(event.message.channel)) load();
        else setWorkspace((now) => now && applyEvent(now, event));
      };
      stream.onerror = again;
      // Also when a message comes from a channel that is new to this person.
      const load = async () => {
        heldBack ??= [];
        try {
          const fresh = startWorkspace(await loadState(me));
          if (ended) return;
          const missed = heldBack;
          heldBack = undefined;
          channels = new Set(fresh.page.channels.map(({ id }) => id));
          setWorkspace((before) =>
            missed.reduce(applyEvent, { ...fresh, marks: before?.marks ?? {}, notices: before?.notices ?? {} }),
          );
          setConnection('live');
          tries = 0;
        } catch {
          again();
        }
      };
      stream.onopen = load;
    };

    const connect = async () => {
      try {
        const me = (await loadState(user)).user.id;
        if (ended) return;
        if (me === user) follow(me);
        else onUser(me);
      } catch {
        again();
      }
    };

    connect();
    return () => {
      ended = true;
      clearTimeout(timer);
      stream?.close();
    };
  }, [user, onUser]);

  const change = useCallback<Change>((alter) => setWorkspace((now) => now && alter(now)), []);
  return { workspace, connection, change };
}
