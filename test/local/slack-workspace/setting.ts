import { WebClient } from '@slack/web-api';
import { onTestFinished } from 'vitest';
import {
  type SlackWorkspace,
  type SlackWorkspaceOptions,
  startSlackWorkspace,
} from '../../../local/slack/workspace.ts';
import { startApp, type TestApp } from './app.ts';
import { manifest } from './manifest.ts';

export interface Setting {
  workspace: SlackWorkspace;
  app: TestApp;
  /** Slack's own client, without its retries. */
  client: WebClient;
  /** The ids of channels that the bot may post in. */
  shop: string;
  /** Milliseconds that the workspace's clock is moved ahead. */
  clock: { ahead: number };
}

/** A workspace of the test's own, with an app at its other end; both end with the test. */
export async function setUp(options: Partial<SlackWorkspaceOptions> = {}): Promise<Setting> {
  const app = await startApp();
  const clock = { ahead: 0 };
  const workspace = await startSlackWorkspace({
    port: 0,
    manifest,
    appRequestUrl: () => app.url,
    clock: () => Date.now() + clock.ahead,
    rateLimits: 'off',
    ackTimeoutMs: 2000,
    eventRetryDelaysMs: [10, 20, 30],
    ...options,
  });
  onTestFinished(async () => {
    await workspace.close();
    await app.close();
  });
  const client = clientOf(workspace);
  const shop = workspace.channels.shop?.id ?? '';
  await client.conversations.join({ channel: shop });
  return { workspace, app, client, shop, clock };
}

export function clientOf(workspace: SlackWorkspace, token = workspace.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 2000,
    logger: silent,
  });
}

const nothing = () => {};
const silent = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => 'error' as never,
  setName: nothing,
};

/** A raw call: what the wire says, without the client in between. */
// biome-ignore lint/suspicious/noExplicitAny: answers have a shape for each method
export async function call(workspace: SlackWorkspace, method: string, args: object, token?: string): Promise<any> {
  const response = await fetch(workspace.apiUrl + method, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      authorization: `Bearer ${token ?? workspace.botToken}`,
    },
    body: JSON.stringify(args),
  });
  return response.json();
}
