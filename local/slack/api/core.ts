import type { SlackManifest } from '../manifest.ts';
import type { Json, PageEvent } from '../page-api.ts';
import type { Faults } from './state/faults.ts';
import type { StoredView, Team } from './state/model.ts';
import type { RateLimits } from './state/rate-limits.ts';
import type { ResponseUrls } from './state/response-urls.ts';
import type { Store } from './state/store.ts';
import type { Triggers } from './state/triggers.ts';

export interface InstalledApp {
  appId: string;
  botId: string;
  botUserId: string;
  manifest: SlackManifest;
  scopes: readonly string[];
  botToken: string;
  signingSecret: string;
  verificationToken: string;
}

/** A message that one person sees until they reload: it is never stored. */
export interface Ephemeral {
  channel: string;
  ts: string;
  to: string;
  text: string;
  blocks?: Json[];
  attachments?: Json[];
  threadTs?: string;
}

/** A modal on somebody's screen. */
export interface OpenView extends StoredView {
  /** Where the person was when it opened. */
  channel?: string | undefined;
}

export type Notice = Extract<PageEvent, { type: 'notice' }>;

/** What is on people's screens at the moment, and nowhere else. */
export interface Screens {
  ephemerals(user: string): Ephemeral[];
  ephemeral(channel: string, ts: string): Ephemeral | undefined;
  putEphemeral(ephemeral: Ephemeral): void;
  removeEphemeral(channel: string, ts: string): void;
  /** Bottom to top, at most three. */
  modals(user: string): OpenView[];
  setModals(user: string, modals: OpenView[]): void;
  findModal(matches: (view: OpenView) => boolean): OpenView | undefined;
  /** Sends to everybody's screen for whom `mayUser` holds. */
  tell(event: PageEvent, mayUser: (user: string) => boolean): void;
  /** Tells one person what went wrong. */
  notice(user: string, notice: Notice): void;
  /** What the person was told went wrong, oldest first. */
  notices(user: string): Notice[];
  watch(user: string, listener: (event: PageEvent) => void): () => void;
}

export interface DeliverySettings {
  appRequestUrl: () => string;
  /** Slack's is 3000. */
  ackTimeoutMs: number;
  /** Before the first, second and third retry of an event. */
  eventRetryDelaysMs: readonly number[];
  /** Aborted when the workspace closes: whatever still waits, ends. */
  closing: AbortSignal;
  /** Work that goes on after its caller was answered. */
  inBackground(work: Promise<unknown>): void;
}

/** All that a verb of the workspace may touch. */
export interface Core {
  team: Team;
  app: InstalledApp;
  store: Store;
  screens: Screens;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  faults: Faults;
  rateLimits: RateLimits;
  delivery: DeliverySettings;
  now(): number;
  /** The workspace's own address, without a slash at the end. */
  url(): string;
}
