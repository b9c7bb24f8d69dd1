import type { PageEvent } from '../../page-api.ts';
import type { Ephemeral, Notice, OpenView, Screens } from '../core.ts';

export function createScreens(): Screens {
  const ephemerals = new Map<string, Ephemeral>();
  const modals = new Map<string, OpenView[]>();
  const notices: { user: string; notice: Notice }[] = [];
  const watchers = new Set<{ user: string; listener: (event: PageEvent) => void }>();
  const key = (channel: string, ts: string) => `${channel}/${ts}`;

  const tell: Screens['tell'] = (event, mayUser) => {
    for (const { user, listener } of watchers) if (mayUser(user)) listener(event);
  };

  return {
    ephemerals: (user) => [...ephemerals.values()].filter((ephemeral) => ephemeral.to === user),
    ephemeral: (channel, ts) => ephemerals.get(key(channel, ts)),
    putEphemeral: (ephemeral) => void ephemerals.set(key(ephemeral.channel, ephemeral.ts), ephemeral),
    removeEphemeral: (channel, ts) => void ephemerals.delete(key(channel, ts)),
    modals: (user) => modals.get(user) ?? [],
    setModals: (user, stack) => void modals.set(user, stack),
    findModal: (matches) => [...modals.values()].flat().find(matches),
    tell,
    notice(user, notice) {
      notices.push({ user, notice });
      tell(notice, (watching) => watching === user);
    },
    notices: (user) => notices.filter((entry) => entry.user === user).map((entry) => entry.notice),
    watch(user, listener) {
      const watcher = { user, listener };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}
