import { useEffect, useState } from 'react';
import type { PageState } from '../../page-api.ts';
import { mentionsMe } from '../mentions.ts';
import { isReply } from '../workspace.ts';

export interface Unread {
  messages: number;
  mentions: number;
}

type LastRead = Record<string, string>;

const storageName = (user: string) => `last-read-${user}`;

function load(user: string): LastRead {
  try {
    return JSON.parse(localStorage.getItem(storageName(user)) ?? '{}');
  } catch {
    return {};
  }
}

/** What each channel holds that this person has not seen; the open channel counts as seen while the page is in view. */
export function useUnread(page: PageState, openChannel: string | undefined): Record<string, Unread> {
  const me = page.user.id;
  const [lastRead, setLastRead] = useState<LastRead>(() => load(me));
  const newest = page.messages.findLast((message) => message.channel === openChannel)?.ts;

  useEffect(() => {
    const see = () => {
      if (openChannel === undefined || newest === undefined || document.hidden) return;
      setLastRead((before) => {
        if ((before[openChannel] ?? '') >= newest) return before;
        const after = { ...before, [openChannel]: newest };
        localStorage.setItem(storageName(me), JSON.stringify(after));
        return after;
      });
    };
    see();
    document.addEventListener('visibilitychange', see);
    return () => document.removeEventListener('visibilitychange', see);
  }, [me, openChannel, newest]);

  const unread: Record<string, Unread> = {};
  for (const message of page.messages) {
    if (message.user === me || isReply(message) || message.ts <= (lastRead[message.channel] ?? '')) continue;
    const before = unread[message.channel] ?? { messages: 0, mentions: 0 };
    unread[message.channel] = {
      messages: before.messages + 1,
      mentions: before.mentions + (mentionsMe(page, message) ? 1 : 0),
    };
  }
  return unread;
}
