import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Core } from './api/core.ts';
import { verifyRequestUrl } from './api/delivery/events.ts';
import { channelId } from './api/driver/names.ts';
import { actAs, type Person } from './api/driver/person.ts';
import { createWorkspaceServer, type WebPage } from './api/http/server.ts';
import { createFaults, type Faults } from './api/state/faults.ts';
import { loadIdentity } from './api/state/identity.ts';
import type { Channel, Message, User, UserGroup } from './api/state/model.ts';
import { createRateLimits, type RateLimitOption } from './api/state/rate-limits.ts';
import { createResponseUrls } from './api/state/response-urls.ts';
import { createScreens } from './api/state/screens.ts';
import { appIds, botUser, team } from './api/state/seed.ts';
import { openStore } from './api/state/store.ts';
import { createTriggers } from './api/state/triggers.ts';
import { parseSlackManifest } from './manifest.ts';

export interface SlackWorkspaceOptions {
  /** 0 takes any free port. */
  port: number;
  /** Keeps everything there; absent keeps it in memory. */
  dataDir?: string;
  /** What slack-manifest.json holds; checked here. */
  manifest: unknown;
  /** Where signed requests go; asked anew each time, so it may be known later than the start. */
  appRequestUrl: () => string;
  /** Milliseconds; the machine's clock unless said. */
  clock?: () => number;
  webPage?: WebPage;
  rateLimits?: RateLimitOption;
  /** Slack waits 3000. */
  ackTimeoutMs?: number;
  /** Slack retries an event almost at once, after a minute, and after five. */
  eventRetryDelaysMs?: readonly number[];
}

export interface SlackWorkspace {
  url: string;
  /** For SLACK_API_URL, with the slash at its end. */
  apiUrl: string;
  botToken: string;
  signingSecret: string;
  teamId: string;
  appId: string;
  botId: string;
  botUserId: string;
  /** By name, without @. */
  users: Record<string, User>;
  /** By name, without #. */
  channels: Record<string, Channel>;
  /** By handle, without @. */
  userGroups: Record<string, UserGroup>;
  faults: Faults;
  /** Acts as a person, named by id or by name. */
  act(user: string): Person;
  /** All that is stored of a channel, named by id or by name: posts and replies, with whom each notified. */
  messages(channel: string): Message[];
  /** Slack's challenge to the app's request URL. */
  verifyRequestUrl(): Promise<boolean>;
  /** Resolves when everything that was on its way to the app has arrived or failed. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a workspace on the loopback interface: a peer that behaves like Slack, for one installed app. */
export async function startSlackWorkspace(options: SlackWorkspaceOptions): Promise<SlackWorkspace> {
  const manifest = parseSlackManifest(options.manifest);
  const now = options.clock ?? Date.now;
  const { dataDir } = options;
  const bot = botUser(manifest.features.bot_user.display_name, manifest.display_information.name);
  const identity = loadIdentity(dataDir);
  const store = openStore({ dataDir, bot });
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const background = new Set<Promise<unknown>>();
  let url = '';

  const core: Core = {
    team,
    app: {
      ...appIds,
      ...identity,
      botUserId: bot.id,
      manifest,
      scopes: manifest.oauth_config.scopes.bot,
    },
    store,
    screens: createScreens(),
    triggers: createTriggers(now),
    responseUrls: createResponseUrls(team.id, now),
    faults: createFaults(),
    rateLimits: createRateLimits(options.rateLimits ?? 'slack', now),
    delivery: {
      appRequestUrl: options.appRequestUrl,
      ackTimeoutMs: options.ackTimeoutMs ?? 3000,
      eventRetryDelaysMs: options.eventRetryDelaysMs ?? [200, 60_000, 300_000],
      closing: closing.signal,
      inBackground(work) {
        background.add(work);
        work.finally(() => background.delete(work)).catch((error) => console.error('A delivery broke:', error));
      },
    },
    now,
    url: () => url,
  };

  const server = createWorkspaceServer(core, options.webPage);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    store.close();
    throw error;
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const settled = async () => {
    while (background.size > 0) await Promise.allSettled(background);
  };
  return {
    url,
    apiUrl: `${url}/api/`,
    botToken: identity.botToken,
    signingSecret: identity.signingSecret,
    teamId: team.id,
    appId: appIds.appId,
    botId: appIds.botId,
    botUserId: bot.id,
    users: byName(store.users(), (user) => user.name),
    get channels() {
      return byName(
        store.channels().filter((channel) => channel.kind !== 'im'),
        (channel) => channel.name,
      );
    },
    userGroups: byName(store.userGroups(), (group) => group.handle),
    faults: core.faults,
    act: (user) => actAs(core, user),
    messages: (channel) => store.messages(channelId(core, channel)),
    verifyRequestUrl: () => verifyRequestUrl(core),
    settled,
    async close() {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await settled();
      store.close();
    },
  };
}

function byName<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, T> {
  return Object.fromEntries(items.map((item) => [nameOf(item), item]));
}
