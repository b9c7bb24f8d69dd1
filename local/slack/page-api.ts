/**
 * What the workspace's web page and its server say to each other (loopback only, no token: the page is its own user).
 *
 * GET  /page/state?user=U…      → PageState
 * GET  /page/events?user=U…     → Server-Sent Events, each `data:` one PageEvent
 * POST /page/{message|command|action|submit|close|options|shortcut|home} with one of the *Request bodies below → its *Answer
 *
 * Blocks and views are Slack's own JSON, passed through unchanged.
 */
export type Json = Record<string, unknown>;

export interface PageUser {
  id: string;
  name: string;
  realName: string;
  title: string;
  isBot: boolean;
}

export interface PageChannel {
  id: string;
  name: string;
  isPrivate: boolean;
  topic: string;
  members: string[];
}

export interface PageMessage {
  channel: string;
  ts: string;
  /** Parent's ts when this is a reply. */
  threadTs?: string;
  user: string;
  text: string;
  blocks?: Json[];
  /** What an app shows for the links in it: blocks, and where each leads. */
  unfurls?: { url: string; blocks: Json[] }[];
  edited?: boolean;
  /** Only this person sees it. */
  ephemeralTo?: string;
  replyCount?: number;
  metadata?: Json;
}

/** A modal on somebody's screen; `stack` is bottom to top, at most three. */
export interface PageView {
  id: string;
  view: Json;
}

export interface PageState {
  team: { id: string; name: string; domain: string };
  /** Who the page is at the moment. */
  user: PageUser;
  users: PageUser[];
  userGroups: { id: string; handle: string; members: string[] }[];
  channels: PageChannel[];
  /** Channel messages and thread replies, oldest first, ephemeral ones of this user included. */
  messages: PageMessage[];
  modals: PageView[];
  home: Json | null;
  app: {
    id: string;
    name: string;
    botUserId: string;
    homeTab: boolean;
    /** From the app manifest: what the slash-command box completes. */
    commands: { command: string; description: string; usageHint: string }[];
    shortcuts: { name: string; type: 'global' | 'message'; callbackId: string; description: string }[];
  };
}

export type PageEvent =
  | { type: 'message'; message: PageMessage }
  | { type: 'message_deleted'; channel: string; ts: string }
  | { type: 'modals'; modals: PageView[] }
  | { type: 'home'; home: Json | null }
  /** What Slack shows when the app fails: "/failure failed with the error operation_timeout", a warning at a button. */
  | { type: 'notice'; text: string; channel?: string; ts?: string; blockId?: string; actionId?: string };

export interface MessageRequest {
  user: string;
  channel: string;
  text: string;
  threadTs?: string;
}

export interface CommandRequest {
  user: string;
  channel: string;
  /** As typed: "/failure list". */
  text: string;
}

export interface ActionRequest {
  user: string;
  on: { type: 'message'; channel: string; ts: string } | { type: 'view'; viewId: string } | { type: 'home' };
  blockId: string;
  actionId: string;
  /** The element's own part of the payload, as Slack sends it: {type:'button', value} or {type:'static_select', selected_option} … */
  action: Json;
  /** state.values of the message or view: block_id → action_id → value. */
  state?: Json;
}

export interface SubmitRequest {
  user: string;
  viewId: string;
  /** state.values */
  state: Json;
}

export interface SubmitAnswer {
  ok: boolean;
  /** block_id → words to show at that input; the modal stays open. */
  errors?: Record<string, string>;
  /** Shown in the modal when the app did not answer well. */
  error?: string;
}

export interface CloseRequest {
  user: string;
  viewId: string;
  /** True when the whole stack was closed. */
  cleared: boolean;
}

export interface OptionsRequest {
  user: string;
  on: ActionRequest['on'];
  blockId: string;
  actionId: string;
  value: string;
}

export interface OptionsAnswer {
  options?: Json[];
  option_groups?: Json[];
}

export interface ShortcutRequest {
  user: string;
  callbackId: string;
  message?: { channel: string; ts: string };
}

export interface HomeRequest {
  user: string;
}

/** Every other POST: `ok` when the app answered well in time; the visible effects arrive as events. */
export interface Answer {
  ok: boolean;
  error?: string;
}
