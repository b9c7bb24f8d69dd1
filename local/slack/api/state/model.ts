import { z } from 'zod';

const Json = z.record(z.string(), z.unknown());

export interface Team {
  id: string;
  name: string;
  domain: string;
}

export interface User {
  id: string;
  name: string;
  realName: string;
  title: string;
  email: string;
  isBot: boolean;
}

export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  members: string[];
}

export const Channel = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['public', 'private', 'im']),
  topic: z.string(),
  members: z.array(z.string()),
  isArchived: z.boolean(),
  /** With another organization, whose people read and write there, too. */
  isShared: z.boolean().optional(),
  creator: z.string(),
  /** Seconds. */
  created: z.int(),
});
export type Channel = z.infer<typeof Channel>;

export const Mentions = z.object({
  users: z.array(z.string()),
  userGroups: z.array(z.string()),
  broadcasts: z.array(z.enum(['here', 'channel', 'everyone'])),
});
export type Mentions = z.infer<typeof Mentions>;

export const Message = z.object({
  channel: z.string(),
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  /** Set when the app wrote it. */
  botId: z.string().optional(),
  blocks: z.array(Json).optional(),
  attachments: z.array(Json).optional(),
  threadTs: z.string().optional(),
  /** A reply that is shown in the channel too. */
  isBroadcast: z.boolean().optional(),
  metadata: Json.optional(),
  edited: z.object({ user: z.string(), ts: z.string() }).optional(),
  reactions: z.array(z.object({ name: z.string(), users: z.array(z.string()) })).default([]),
  /** What the text as it is now names. */
  mentions: Mentions,
  /** Whom the post notified when it was made; edits notify nobody. */
  notified: z.array(z.string()),
  clientMsgId: z.string().optional(),
  /** A deleted parent whose thread goes on. */
  isTombstone: z.boolean().optional(),
});
export type Message = z.infer<typeof Message>;

export const StoredView = z.object({ id: z.string(), hash: z.string(), user: z.string(), view: Json });
/** A view as published or opened: `view` is what the app sent, with ids given to its parts. */
export type StoredView = z.infer<typeof StoredView>;

/** One line of the journal: each says how one thing is from now on. */
export const JournalEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('channel'), channel: Channel }),
  z.object({ kind: z.literal('message'), message: Message }),
  z.object({ kind: z.literal('message-removed'), channel: z.string(), ts: z.string() }),
  z.object({ kind: z.literal('home'), home: StoredView }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;
