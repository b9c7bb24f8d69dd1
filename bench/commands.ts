/**
 * How long `/failure` takes, on the local stack with very much open: from Enter to the answer, each subcommand cold (the first
 * command of a fresh sandbox) and warm; and from a question to @kintsugi to its answer.
 * Usage: npm run bench:commands [open failures] [times]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { verbs } from '../lib/adapters/slack/commands/subcommands.ts';
import { type Stack, startLocalStack } from '../local/stack.ts';

const failures = Number(process.argv[2] ?? 300);
const times = Number(process.argv[3] ?? 20);
const scratch = mkdtempSync(path.join(tmpdir(), 'kintsugi-bench-'));
const limitMs = { warm: 300, cold: 1500 };

/** Numbers are masked, so failures differ by letters. */
const nameOf = (n: number) =>
  Array.from({ length: 4 }, (_, place) => 'bcdfghjklm'[Math.floor(n / 10 ** place) % 10]).join('');

/** Level 1 has no card, so that Slack's limits on posts hold nothing up. */
async function fail({ endpoints }: Stack, sqs: SQSClient, n: number): Promise<void> {
  const summary = `Import of ${nameOf(n)} is late`;
  const occurredAt = new Date().toISOString();
  const signal = { version: 1, id: `bench-${n}`, occurredAt, component: 'shop', severity: 1, summary };
  await sqs.send(new SendMessageCommand({ QueueUrl: endpoints.failuresQueueUrl, MessageBody: JSON.stringify(signal) }));
}

const ada = ({ workspace }: Stack) => workspace.act('ada');
const said = (stack: Stack) => JSON.stringify(ada(stack).ephemerals().at(-1) ?? {});

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

const type = (stack: Stack, text: string) => timed(() => ada(stack).command('failures', `/failure ${text}`));

/** Slack takes about one post a second and channel. */
const paceMs = 1300;

async function ask(stack: Stack, text: string): Promise<number> {
  await delay(paceMs);
  const question = ada(stack).post('failures', `@kintsugi ${text}`);
  return timed(async () => {
    const startedAt = performance.now();
    while (ada(stack).thread(question).length < 2) {
      if (performance.now() - startedAt > 10_000) throw new Error('no answer within ten seconds');
      await delay(2);
    }
  });
}

function line(what: string, measured: number[]): string {
  const sorted = measured.toSorted((a, b) => a - b);
  const at = (share: number) =>
    `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)} ms`;
  return `| ${[what.padEnd(48), at(0.5).padStart(8), at(0.95).padStart(8), at(1).padStart(8), String(measured.length).padStart(3)].join(' | ')} |`;
}

const stack = await startLocalStack({ port: 0, dataDir: path.join(scratch, 'stack') });
const sqs = new SQSClient({
  region: 'us-east-1',
  endpoint: stack.endpoints.sqsEndpoint,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  useQueueUrlAsEndpoint: false,
});
const slow: string[] = [];
try {
  const cold = await type(stack, 'list');
  // It hears of questions where it is a member; what has no card brings it nowhere.
  await ada(stack).command('failures', '/invite @kintsugi');
  for (let n = 0; n < failures; n += 1) await fail(stack, sqs, n);
  const last = nameOf(failures - 1);
  // Memory learns each of them last.
  for (let round = 0; !/It says/.test(said(stack)) || /does not answer|none like it/.test(said(stack)); round += 1) {
    if (round > 240) throw new Error(`"${last}" was not learned within two minutes`);
    await delay(500);
    await type(stack, `search ${last}`);
  }
  const id = /F-[0-9A-Z]{6}/.exec(said(stack))?.[0] ?? '';
  const typed: Record<string, string[]> = {
    report: ['report the till hangs'],
    list: ['list', 'list severity>=3 component:shop since:7d', 'list status:all since:30d by:me'],
    search: [`search ${last} improt`, 'search late component:shop status:open'],
    show: [`show ${id}`, `show ${id.slice(0, 5)}`],
    export: [`export ${id}`],
    merge: [`merge ${id} ${id}`],
    split: [`split ${id}`],
    queue: ['queue', 'queue shop'],
    gate: ['gate', 'gate shop'],
    mute: ['mute'],
    unmute: ['unmute shop'],
    diagnose: ['diagnose nowhere'],
    clean: ['clean nowhere --dry-run'],
    runners: ['runners'],
    help: ['help', 'help search', 'hlep'],
  };
  console.log(`| ${`${failures} open`.padEnd(48)} |      p50 |      p95 |    worst |   n |`);
  console.log(`| ${'-'.repeat(48)} | -------: | -------: | -------: | --: |`);
  console.log(line('the first command, cold', [cold]));
  if (cold > limitMs.cold) slow.push('the first command');
  const questions = ['what broke in shop today?', `anything about ${last}?`];
  const jobs: [string, () => Promise<number>][] = [
    ...verbs.flatMap((verb) =>
      (typed[verb] ?? [verb]).map(
        (text) => [`/failure ${text}`, () => type(stack, text)] as [string, () => Promise<number>],
      ),
    ),
    ...questions.map((text) => [`@kintsugi ${text}`, () => ask(stack, text)] as [string, () => Promise<number>]),
  ];
  for (const [what, job] of jobs) {
    const measured: number[] = [];
    for (let n = 0; n < times; n += 1) {
      measured.push(await job());
      if (ada(stack).modals().length > 0) await ada(stack).closeModal({ all: true });
    }
    console.log(line(what, measured));
    if ((measured.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? 0) > limitMs.warm) slow.push(what);
  }
  console.log(`\nNode ${process.versions.node}, ${cpus().length} cores. Again: npm run bench:commands`);
  if (slow.length > 0) console.log(`Slower than ${limitMs.warm} ms (cold ${limitMs.cold} ms): ${slow.join('; ')}`);
} finally {
  sqs.destroy();
  await stack.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(slow.length > 0 ? 1 : 0);
