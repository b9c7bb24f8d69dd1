/**
 * How long people wait, on the local stack under Slack's own limits: from a signal's sending to its card in the workspace,
 * from a click to its answer, and from `npm start` to ready.
 * Usage: npm run bench:journey [signals]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Stack, startLocalStack } from '../local/stack.ts';

const signals = Number(process.argv[2] ?? 20);
/** Slack takes about one post a second and channel, and fifty edits a minute. */
const paceMs = 1300;
/** More new cards than this at once, and then one in ten seconds, would be a storm, which is one message. */
const cardsAtOnce = 8;
const cardPaceMs = 10_300;
const scratch = mkdtempSync(path.join(tmpdir(), 'kintsugi-bench-'));

const words = 'amber birch cedar delta ember fjord grove heath islet jetty knoll larch'.split(' ');
/** Numbers are masked, so failures differ by words. */
const nameOf = (n: number) => `${words[n % words.length]} ${words[Math.floor(n / words.length) % words.length]}`;

interface Row {
  what: string;
  /** Milliseconds. */
  times: number[];
}

async function fromSignalToCard({ endpoints, workspace }: Stack, sqs: SQSClient): Promise<Row> {
  const times: number[] = [];
  for (let n = 0; n < signals; n += 1) {
    const summary = `Core feature ${nameOf(n)} is broken`;
    const signal = { version: 1, id: `bench-${n}`, occurredAt: new Date().toISOString(), component: 'shop', summary };
    const startedAt = performance.now();
    await sqs.send(
      new SendMessageCommand({ QueueUrl: endpoints.failuresQueueUrl, MessageBody: JSON.stringify(signal) }),
    );
    // The card's own text; a similar failure that a later card names stands elsewhere.
    const isShown = () =>
      workspace.messages('failures').some(({ threadTs, text }) => !threadTs && text.includes(summary));
    while (!isShown()) {
      if (performance.now() - startedAt > 60_000) throw new Error(`no card for "${summary}" after a minute`);
      await delay(5);
    }
    times.push(performance.now() - startedAt);
    await delay(Math.max(0, (n < cardsAtOnce - 1 ? paceMs : cardPaceMs) - (performance.now() - startedAt)));
  }
  return { what: 'signal sent → card in the channel', times };
}

async function fromClickToAnswer({ endpoints, workspace }: Stack): Promise<Row> {
  const cards = workspace.messages('failures').filter(({ threadTs, metadata }) => !threadTs && metadata);
  const times: number[] = [];
  for (const card of cards.slice(0, 31)) {
    const button = buttonOf(card.blocks ?? [], 'Acknowledge');
    const startedAt = performance.now();
    const answer = await fetch(`${endpoints.url}/page/action`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        user: endpoints.users.ada,
        on: { type: 'message', channel: card.channel, ts: card.ts },
        ...button,
      }),
    });
    const { ok } = (await answer.json()) as { ok: boolean };
    const took = performance.now() - startedAt;
    if (!ok) throw new Error('a click was not answered well');
    times.push(took);
    await delay(paceMs);
  }
  // The first one warms up.
  return { what: 'click on Acknowledge → answered, warm', times: times.slice(1) };
}

interface Actions {
  block_id: string;
  elements?: { type: string; action_id: string; value?: string; text?: { text: string } }[];
}

function buttonOf(blocks: object[], label: string) {
  for (const block of blocks as Actions[]) {
    const found = block.elements?.find(({ text }) => text?.text === label);
    if (found)
      return { blockId: block.block_id, actionId: found.action_id, action: { type: 'button', value: found.value } };
  }
  throw new Error(`a card without the button ${label}`);
}

/** `npm start` until it says that it is ready. */
async function timeToReady(what: string, ...args: string[]): Promise<Row> {
  const startedAt = performance.now();
  const child = spawn('npm', ['start', '--', '--port', '0', ...args], {
    cwd: path.resolve(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    // Its own group, as a terminal would give it: Ctrl-C reaches npm and all that it started.
    detached: true,
  });
  const ended = once(child, 'exit');
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.includes('Kintsugi is ready')) break;
  }
  const took = performance.now() - startedAt;
  if (!output.includes('Kintsugi is ready')) throw new Error(`npm start did not come up: ${output}`);
  if (child.pid) process.kill(-child.pid, 'SIGINT');
  await ended;
  return { what, times: [took] };
}

function line({ what, times }: Row): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)} ms`;
  return `| ${[what.padEnd(44), at(0.5).padStart(8), at(0.95).padStart(8), at(1).padStart(8), String(times.length).padStart(3)].join(' | ')} |`;
}

const rows: Row[] = [];
try {
  const fresh = path.join(scratch, 'fresh');
  rows.push(await timeToReady('npm start → ready, new folder, no demo', '--no-demo', '--data', fresh));
  rows.push(await timeToReady('npm start → ready, same folder again', '--no-demo', '--data', fresh));
  rows.push(await timeToReady('npm start → ready, new folder, with its demo', '--data', path.join(scratch, 'demo')));

  const stack = await startLocalStack({ port: 0, dataDir: path.join(scratch, 'stack') });
  const sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: stack.endpoints.sqsEndpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    useQueueUrlAsEndpoint: false,
  });
  try {
    rows.push(await fromSignalToCard(stack, sqs));
    rows.push(await fromClickToAnswer(stack));
  } finally {
    sqs.destroy();
    await stack.stop();
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`| ${'what'.padEnd(44)} |      p50 |      p95 |    worst |   n |`);
console.log(`| ${'-'.repeat(44)} | -------: | -------: | -------: | --: |`);
for (const row of rows) console.log(line(row));
console.log(`\nNode ${process.versions.node}, ${cpus().length} cores. Again: npm run bench:journey`);
process.exit(0);
