/**
 * What a storm does to a channel, on the local stack under Slack's own limits: 500 failures of their own in a minute, one of
 * level 5 among them. How many messages a minute, whether every failure is reachable, when the storm's message is right, how soon
 * the level 5 card comes; then, in calm, how long an edit of a card is behind its state.
 * Usage: npm run bench:storm [failures]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { dynamoFailureStore } from '../lib/adapters/dynamodb/failure-store.ts';
import { dynamoBundleStore, dynamoChannelStore } from '../lib/adapters/dynamodb/noise-stores.ts';
import { dynamoTable } from '../lib/adapters/dynamodb/table.ts';
import { type Stack, startLocalStack } from '../local/stack.ts';

const failures = Number(process.argv[2] ?? 500);
const acknowledged = 20;
const spanMs = 60_000;
const scratch = mkdtempSync(path.join(tmpdir(), 'kintsugi-bench-'));
const components = ['shop', 'till', 'basket', 'search', 'mail'];

/** Numbers are masked, so failures differ by letters. */
const nameOf = (n: number) =>
  Array.from({ length: 4 }, (_, place) => 'bcdfghjklm'[Math.floor(n / 10 ** place) % 10]).join('');

const stack: Stack = await startLocalStack({ port: 0, dataDir: path.join(scratch, 'stack') });
const { endpoints, workspace } = stack;
const access = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const sqs = new SQSClient({ ...access, endpoint: endpoints.sqsEndpoint, useQueueUrlAsEndpoint: false });
const client = new DynamoDBClient({ ...access, endpoint: endpoints.dynamodbEndpoint });
const table = dynamoTable({ tableName: endpoints.tableName, client });
const store = {
  failures: dynamoFailureStore(table),
  bundles: dynamoBundleStore(table),
  channels: dynamoChannelStore(table),
};
const channels = () => Object.keys(workspace.channels);

async function send(n: number, given: { summary: string; severity: number }): Promise<void> {
  const component = components[n % components.length];
  const signal = { version: 1, id: `bench-${n}`, occurredAt: new Date().toISOString(), component, ...given };
  await sqs.send(new SendMessageCommand({ QueueUrl: endpoints.failuresQueueUrl, MessageBody: JSON.stringify(signal) }));
}

async function until(isSo: () => boolean | Promise<boolean>, ms: number, what: string): Promise<number> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > ms) throw new Error(`not within ${ms / 1000} s: ${what}`);
    await delay(20);
  }
  return performance.now() - startedAt;
}

const cardOf = (words: string) =>
  channels()
    .flatMap((channel) => workspace.messages(channel))
    .find(({ threadTs, text, metadata }) => !threadTs && metadata && text.includes(words));
const stormTitles = () =>
  channels()
    .flatMap((channel) => workspace.messages(channel))
    .flatMap(({ threadTs, text }) => (threadTs || !/Storm( over)?: /.test(text) ? [] : [text]));

/** The most messages of a channel in any 60 seconds, replies in threads among them. */
function mostInMinute(channel: string): number {
  const times = workspace.messages(channel).flatMap(({ ts, metadata }) => (metadata ? [Number(ts) * 1000] : []));
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

async function listAll(): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.failures.listOpen({ limit: 100, ...(after && { after }) });
    ids.push(...page.failures.map(({ failure }) => failure.id));
    after = page.next;
  } while (after);
  return ids;
}

async function inStorms(): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const { id } of Object.values(workspace.channels)) {
    const storm = await store.channels.storm(id);
    for (const line of storm ? await store.bundles.lines(storm.id) : []) ids.add(line.failureId);
  }
  return ids;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const rows: [string, string, string, boolean][] = [];
const row = (what: string, found: string, limit: string, isGood: boolean) => {
  rows.push([what, found, limit, isGood]);
  console.error(`${what}: ${found}`);
};

try {
  const worst = 'All data of the accounts is lost in production';
  const startedAt = performance.now();
  const sends: Promise<unknown>[] = [];
  let toWorst: Promise<number> | undefined;
  for (let n = 0; n < failures; n += 1) {
    await delay(Math.max(0, (n * spanMs) / failures - (performance.now() - startedAt)));
    const isWorst = n === Math.floor(failures / 2);
    const given = isWorst
      ? { summary: worst, severity: 5 }
      : { summary: `Import of ${nameOf(n)} is late`, severity: 2 + (n % 2) };
    sends.push(send(n, given));
    if (isWorst) toWorst = until(() => cardOf(worst) !== undefined, 120_000, 'the card of level 5');
  }
  await Promise.all(sends);
  const lastAt = performance.now();
  await until(async () => (await listAll()).length >= failures, 180_000, 'all are recorded');
  const recordedMs = performance.now() - lastAt;
  const isRight = async () => {
    const folded = await inStorms();
    const said = stormTitles().reduce((sum, title) => sum + Number(/: (\d+) failure/.exec(title)?.[1] ?? 0), 0);
    const alone = (await listAll()).filter((id) => !folded.has(id));
    const shown = channels().flatMap((channel) => workspace.messages(channel));
    const cards = alone.filter((id) => shown.some(({ threadTs, text }) => !threadTs && text.includes(id)));
    return said === folded.size && cards.length + folded.size === failures;
  };
  await until(isRight, 300_000, 'every failure has a card or is counted in the storm’s message');
  const rightMs = performance.now() - lastAt;
  row('last signal sent → all recorded', seconds(recordedMs), '', true);
  row('last signal sent → storm message right, all reachable', seconds(rightMs), '120 s', rightMs <= 120_000);
  const worstMs = (await toWorst) ?? 0;
  row('level 5 sent → its card', seconds(worstMs), '', true);
  row('in a storm’s message', String((await inStorms()).size), '', true);
  await until(() => stormTitles().every((title) => title.includes('over')), 420_000, 'the storm is over');
  // What waited for room, such as replies in threads.
  await delay(30_000);
  for (const channel of channels()) {
    const most = mostInMinute(channel);
    if (most > 0) row(`most messages of #${channel} in any 60 s`, String(most), '60', most <= 60);
  }
  const lags: number[] = [];
  const cards = workspace
    .messages('failures')
    .filter(({ threadTs, text, metadata }) => !threadTs && metadata && /\(F-\w+, open\)/.test(text));
  for (const card of cards.slice(0, acknowledged)) {
    await delay(1500);
    const from = performance.now();
    await workspace.act('ada').click(card, 'Acknowledge');
    await until(
      () => workspace.messages('failures').some(({ ts, text }) => ts === card.ts && text.includes('acknowledged')),
      60_000,
      'the card says so',
    );
    lags.push(performance.now() - from);
  }
  const sorted = lags.toSorted((a, b) => a - b);
  const p95 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? Number.POSITIVE_INFINITY;
  row(`click → card edited, in calm, p95 of ${lags.length}`, seconds(p95), '2 s', p95 <= 2000);
} finally {
  console.log(`| ${failures} failures of their own within a minute | found | at most |`);
  console.log('| --- | --: | --: |');
  for (const [what, found, limit, isGood] of rows)
    console.log(`| ${what} | ${found}${isGood ? '' : ' ✗'} | ${limit} |`);
  console.log(`\nNode ${process.versions.node}, ${cpus().length} cores. Again: npm run bench:storm`);
  sqs.destroy();
  client.destroy();
  await stack.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(rows.every(([, , , isGood]) => isGood) ? 0 : 1);
