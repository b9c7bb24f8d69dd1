import { fileJournal, memoryJournal } from './journal.ts';
import type { Channel, JournalEntry, Message, StoredView, User, UserGroup } from './model.ts';
import { people, channels as seededChannels, userGroups as seededGroups } from './seed.ts';

/** Everything that outlives a restart. Each `put` is with the operating system before it returns: a kill loses none. */
export interface Store {
  users(): User[];
  user(id: string): User | undefined;
  userGroups(): UserGroup[];
  channels(): Channel[];
  channel(id: string): Channel | undefined;
  putChannel(channel: Channel): void;
  /** Oldest first: posts and replies alike. */
  messages(channel: string): Message[];
  /** Of one parent, oldest first. */
  replies(channel: string, parentTs: string): Message[];
  message(channel: string, ts: string): Message | undefined;
  putMessage(message: Message): void;
  removeMessage(channel: string, ts: string): void;
  home(user: string): StoredView | undefined;
  putHome(home: StoredView): void;
  /** The next message timestamp: later than every one before it, also across restarts. */
  nextTs(now: number): string;
  close(): void;
}

export function openStore({ dataDir, bot }: { dataDir: string | undefined; bot: User }): Store {
  const users = new Map([...Object.values(people), bot].map((user) => [user.id, user]));
  const userGroups = structuredClone(seededGroups);
  const channels = new Map(structuredClone(seededChannels).map((channel) => [channel.id, channel]));
  const messages = new Map<string, Map<string, Message>>();
  // A parent shows the count of its replies: without this, every showing would read the whole channel.
  const replies = new Map<string, Map<string, Message>>();
  const homes = new Map<string, StoredView>();
  let lastMicros = 0;

  const within = (index: Map<string, Map<string, Message>>, key: string) => {
    const known = index.get(key) ?? new Map<string, Message>();
    index.set(key, known);
    return known;
  };
  const inChannel = (channel: string) => within(messages, channel);
  const inThread = ({ channel, threadTs }: Message) => within(replies, `${channel}/${threadTs}`);
  const apply = (entry: JournalEntry) => {
    switch (entry.kind) {
      case 'channel':
        return channels.set(entry.channel.id, entry.channel);
      case 'message':
        lastMicros = Math.max(lastMicros, microsOf(entry.message.ts));
        if (entry.message.threadTs !== undefined) inThread(entry.message).set(entry.message.ts, entry.message);
        return inChannel(entry.message.channel).set(entry.message.ts, entry.message);
      case 'message-removed': {
        const removed = inChannel(entry.channel).get(entry.ts);
        if (removed?.threadTs !== undefined) inThread(removed).delete(entry.ts);
        return inChannel(entry.channel).delete(entry.ts);
      }
      case 'home':
        return homes.set(entry.home.user, entry.home);
      default:
        return entry satisfies never;
    }
  };

  const journal = dataDir === undefined ? memoryJournal() : fileJournal(dataDir);
  for (const entry of journal.entries) apply(entry);
  const record = (entry: JournalEntry) => {
    journal.append(entry);
    apply(entry);
  };

  return {
    users: () => [...users.values()],
    user: (id) => users.get(id),
    userGroups: () => userGroups,
    channels: () => [...channels.values()],
    channel: (id) => channels.get(id),
    putChannel: (channel) => record({ kind: 'channel', channel }),
    messages: (channel) => [...(messages.get(channel)?.values() ?? [])],
    replies: (channel, parentTs) => [...(replies.get(`${channel}/${parentTs}`)?.values() ?? [])],
    message: (channel, ts) => messages.get(channel)?.get(ts),
    putMessage: (message) => record({ kind: 'message', message }),
    removeMessage: (channel, ts) => record({ kind: 'message-removed', channel, ts }),
    home: (user) => homes.get(user),
    putHome: (home) => record({ kind: 'home', home }),
    nextTs(now) {
      lastMicros = Math.max(Math.floor(now) * 1000, lastMicros + 1);
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
    },
    close: journal.close,
  };
}

function microsOf(ts: string): number {
  const [seconds = '0', micros = '0'] = ts.split('.');
  return Number(seconds) * 1e6 + Number(micros);
}
