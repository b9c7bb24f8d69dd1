import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomIds } from '../../../lib/adapters/ids.ts';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { slackBoard } from '../../../lib/adapters/slack/board.ts';
import { slackBudget } from '../../../lib/adapters/slack/budget.ts';
import type { SlackPorts } from '../../../lib/adapters/slack/listeners/slack-ports.ts';
import { slackPlaces } from '../../../lib/adapters/slack/places.ts';
import { sharedBudget } from '../../../lib/adapters/slack/shared-budget.ts';
import { slackHandler } from '../../../lib/adapters/slack/slack-app.ts';
import { slackWebClient } from '../../../lib/adapters/slack/web-client.ts';
import type { Failure } from '../../../lib/failure/failure.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { type IncomingSignal, recordSignals } from '../../../lib/failure/record-signals.ts';
import type { BundleId } from '../../../lib/noise/bundle.ts';
import { type ShowBundlePorts, showBundle } from '../../../lib/noise/show-bundle.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { BundleHints, FailureSearch, Hints, Log } from '../../../lib/ports.ts';
import type { RunHint } from '../../../lib/recovery/follow-run.ts';
import { type ShowPorts, showFailure } from '../../../lib/response/show-failure.ts';
import { Signal, type SignalInput } from '../../../lib/signal/signal.ts';
import { type SlackWorkspace, startSlackWorkspace } from '../../../local/slack/workspace.ts';

export const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures' },
  owner: '@oncall',
  components: {
    shop: { title: 'Shop', owner: '@shop-team', channel: '#shop', recovery: { runner: 'demo', workTree: 'shop' } },
    basket: { title: 'Basket', channel: '#shop', dependsOn: ['shop'] },
    vault: { channel: '#security' },
    nowhere: { channel: '#gone' },
  },
  runners: { demo: { publicKey: 'A'.repeat(60) } },
});

/** Slack, the stores in memory, and both functions around them; a clock that tests move, and hints that wait for it. */
export interface World extends SlackPorts {
  slack: SlackWorkspace;
  stores: ReturnType<typeof memoryStores>;
  clock: { now: number };
  lines: string[];
  /** Records a signal and returns its failure. */
  signal(signal: Partial<SignalInput>): Promise<FailureId>;
  /** One invocation of notify. */
  notify(failureId: FailureId, ports?: Partial<ShowPorts>): Promise<void>;
  /** What the recovery function is asked to look at. */
  follow: RunHint[];
  /** Delivers hints in time order, moving the clock to each, until none is left within `seconds`. */
  run(seconds?: number): Promise<void>;
  failure(failureId: FailureId): Promise<Failure>;
  /** The app's own posts and replies about a failure, oldest first. */
  posts(channel: string, failureId: FailureId): ReturnType<SlackWorkspace['messages']>;
  /** The parts of a fresh sandbox. */
  board(): ShowPorts['board'];
  close(): Promise<void>;
}

/** Grouping masks numbers and ids; a word of its own makes a failure of its own. */
export function freshWord(): string {
  return Array.from({ length: 10 }, () => 'ghjkmnpqrstvwxyz'[randomInt(16)]).join('');
}

export async function startWorld({
  policy: given = policy,
  search,
  hasLimits = false,
}: {
  policy?: Policy;
  search?: FailureSearch;
  /** Slack, and what all sandboxes share of it, take only as much as they do. Without them no time need pass between posts. */
  hasLimits?: boolean;
} = {}): Promise<World> {
  const clock = { now: Date.now() };
  const lines: string[] = [];
  const log: Log = (decision, facts) => lines.push(`${decision} ${JSON.stringify(facts ?? {})}`);
  const made = memoryStores();
  const stores = hasLimits ? made : { ...made, channels: { ...made.channels, take: async () => 'taken' as const } };
  const follow: RunHint[] = [];
  const waiting: (({ failureId: FailureId } | { bundleId: BundleId }) & { at: number })[] = [];
  const hints: Hints & BundleHints = {
    async bundle({ bundleId }, { delaySeconds = 0 } = {}) {
      waiting.push({ bundleId, at: clock.now + Math.ceil(delaySeconds) * 1000 });
    },
    async notify({ failureId }, { delaySeconds = 0 } = {}) {
      waiting.push({ failureId, at: clock.now + delaySeconds * 1000 });
    },
    async learn() {},
    async recovery(hint) {
      follow.push(hint);
    },
    async effects() {},
    async work() {},
  };
  let requestUrl = '';
  const slack = await startSlackWorkspace({
    port: 0,
    manifest: JSON.parse(readFileSync('slack-manifest.json', 'utf8')),
    appRequestUrl: () => requestUrl,
    clock: () => clock.now,
    rateLimits: hasLimits ? 'slack' : 'off',
  });
  const access = { botToken: slack.botToken, apiUrl: slack.apiUrl };
  const now = () => new Date(clock.now);
  const channels = stores.channels;
  const shared = sharedBudget(channels, () => clock.now);
  const board = () => {
    const client = slackWebClient(access);
    const places = slackPlaces(client, () => clock.now);
    return slackBoard(client, { log, channels, places, budget: slackBudget(() => clock.now), shared });
  };
  const redact = async (text: string) => text;
  const ports = { ...stores, hints, policy: given, ids: randomIds(), now, log, redact, ...(search && { search }) };
  const handler = slackHandler(ports, { ...access, signingSecret: slack.signingSecret });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const event = {
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString('base64'),
      isBase64Encoded: true,
      rawPath: request.url ?? '/',
    };
    const answer = await handler(event, { awsRequestId: 'request-1' });
    if (typeof answer === 'string') throw new Error('unexpected answer');
    response.writeHead(answer.statusCode ?? 200, answer.headers as Record<string, string>);
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;

  const show: ShowPorts & ShowBundlePorts = { ...ports, board: board() };
  const world: World = {
    ...ports,
    board,
    slack,
    stores,
    clock,
    lines,
    follow,
    async signal(given) {
      const signal = Signal.parse({
        version: 1,
        id: randomIds().actionId(),
        occurredAt: now().toISOString(),
        component: 'shop',
        summary: `Check of ${freshWord()} failed`,
        severity: 3,
        ...given,
      });
      const incoming: IncomingSignal = { source: 'test', signal, bodyHash: signal.id };
      const answer = (await recordSignals(ports, [incoming])).get(incoming);
      if (answer?.kind !== 'stored') throw new Error(`signal was ${answer?.kind}`);
      return answer.failureId;
    },
    notify: (failureId, other = {}) => showFailure({ ...show, ...other }, { failureId }),
    async run(seconds = 0) {
      const until = clock.now + seconds * 1000;
      for (;;) {
        waiting.sort((a, b) => a.at - b.at);
        const next = waiting[0];
        if (!next || next.at > until) break;
        waiting.shift();
        clock.now = Math.max(clock.now, next.at);
        await ('failureId' in next ? showFailure(show, next) : showBundle(show, next));
      }
      clock.now = until;
    },
    async failure(failureId) {
      const stored = await stores.failures.get(failureId);
      if (!stored) throw new Error(`no ${failureId}`);
      return stored.failure;
    },
    posts: (channel, failureId) =>
      slack
        .messages(channel)
        .filter(({ metadata, text }) => JSON.stringify(metadata ?? '').includes(failureId) || text.includes(failureId)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await slack.close();
    },
  };
  return world;
}
