import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fingerprint } from '../../lib/signal/fingerprint.ts';
import { Signal } from '../../lib/signal/signal.ts';
import { loadOrCreateKeys } from '../../runner/keys.ts';
import { runnerOnTheHost } from '../journey/runner-on-the-host.ts';
import { buttonsOf, messageToken } from './cards.ts';
import { distinctName } from './distinct-names.ts';
import { type StackUnderTest, startStackUnderTest } from './stack-under-test.ts';

/**
 * One journey after the other through the real functions, queues, table, Slack and memory. In journey n the process of each
 * function is killed (SIGKILL) as soon as the n-th answer from the world reaches it. What that leaves is mended by redelivery,
 * the sweep, and people who press what their card still offers; every journey ends as if nobody had been killed.
 *
 * The first requests are taken one by one, later ones (the fourth hint about the same run) in growing strides. `npm test` takes
 * three one by one and strides on by half, `npm run test:destructive` eight, and by a third; KINTSUGI_CHAOS=every takes each.
 */
const functions = ['ingest', 'notify', 'learn', 'slack', 'recovery'] as const;
const isWhole = process.env.KINTSUGI_DESTRUCTIVE === 'whole';
const oneByOne = process.env.KINTSUGI_CHAOS === 'every' ? Number.POSITIVE_INFINITY : isWhole ? 8 : 3;
const nextAfter = (n: number) => n + (n < oneByOne ? 1 : Math.ceil(n / (isWhole ? 3 : 2)));

const dataDir = mkdtempSync(path.join(tmpdir(), 'kintsugi-killed-'));
let stack: StackUnderTest;
let runner: ReturnType<typeof runnerOnTheHost>;
const reports: Promise<void>[] = [];

beforeAll(async () => {
  stack = await startStackUnderTest({ dataDir });
  runner = runnerOnTheHost({
    name: 'demo',
    commandKey: stack.keys.commandPublicKey,
    keys: loadOrCreateKeys(stack.keys.demoRunnerFile),
    now: () => new Date(),
    send: (body) => reports.push(stack.queues.send(stack.queueUrl('results'), body)),
  });
}, 60_000);
afterAll(async () => {
  await stack?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it('ends as if nobody had died, whichever functions are killed after whichever request', {
  timeout: 900_000,
}, async () => {
  const deaths = new Map<string, number>(functions.map((name) => [name, 0]));
  const alive = new Set<string>(functions);
  const signals: Signal[] = [];
  for (let n = 1; alive.size > 0; n = nextAfter(n)) {
    const signal = signalOf(n);
    signals.push(signal);
    const orders = [...alive].map((name) => ({ name, order: stack.host.orderCrash(name, { after: n }) }));
    await journey(signal);
    await expectTheEnd(signal).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : error;
      throw new Error(`killed after request ${n}: ${reason}\n${stack.lines.slice(-100).join('\n')}`, { cause: error });
    });
    for (const { name, order } of orders) {
      if (order.hasHappened()) deaths.set(name, (deaths.get(name) ?? 0) + 1);
      // It came through the whole journey with fewer requests.
      else alive.delete(name);
      order.withdraw();
    }
  }
  console.log(`${signals.length} journeys; killed: ${[...deaths].map((one) => one.join(' ')).join(', ')}`);
  for (const [name, count] of deaths) expect(count, `${name} was killed`).toBeGreaterThan(isWhole ? 5 : 3);

  expect(await stack.evidence.signals()).toHaveLength(signals.length);
  expect(await stack.evidence.rejected()).toEqual([]);
  expect(await stack.evidence.allFailures()).toHaveLength(signals.length);
  expect(await stack.evidence.due()).toEqual([]);
  expect(await stack.deadLetters()).toBe(0);
  const remembered = await stack.evidence.remembered();
  expect(remembered.map(({ title }) => title).toSorted()).toEqual(signals.map(({ summary }) => summary).toSorted());
  for (const memory of remembered)
    expect(memory).toMatchObject({ status: 'resolved', outcomes: [{ worked: 1, tried: 1 }] });
});

function signalOf(n: number): Signal {
  return Signal.parse({
    version: 1,
    id: `journey-${n}`,
    occurredAt: new Date().toISOString(),
    component: 'shop',
    summary: `Core feature ${distinctName(n)} is broken`,
  });
}

/** Sent, shown, acknowledged, rolled back, resolved, remembered; who got no answer presses again what is still offered. */
async function journey(signal: Signal): Promise<void> {
  await stack.send(signal);
  await settle();
  for (const button of ['Acknowledge', 'Rollback & retry']) {
    for (let tries = 0; tries < 3; tries += 1) {
      const [card] = cardsOf(signal);
      if (!card || !buttonsOf(card).includes(button)) break;
      await stack.workspace.act('ada').click(card, button);
      await settle();
    }
  }
}

const settle = () => stack.settle({ meanwhile: runnerWorks });

/** The host of the shop carries out what is on its queue; its reports are sent. */
async function runnerWorks(): Promise<boolean> {
  const handled = await stack.queues.handleAll(stack.queueUrl('commands-demo'), (body) => runner.listen(body));
  await Promise.all(reports.splice(0));
  return handled > 0;
}

const cardsOf = ({ summary }: Signal) =>
  stack.cards().filter(({ blocks }) => JSON.stringify(blocks).includes(`${summary}"`));

async function expectTheEnd(signal: Signal): Promise<void> {
  const { evidence, workspace } = stack;
  const group = await evidence.ledger.group(fingerprint(signal).fingerprint);
  expect(group).toMatchObject({ count: 1, intents: {} });
  const id = group?.failureId ?? expect.fail('no group');
  const stored = await evidence.failures.get(id);
  expect(stored).toMatchObject({
    dues: {},
    failure: { status: 'resolved', how: 'recovery', episode: 1, outcomes: [{ worked: 1, tried: 1 }] },
  });
  expect(stored?.parked).toBeUndefined();

  const runs = await evidence.runs.list(id);
  const succeeded = runs.filter(({ state }) => state === 'succeeded').map((run) => run.id);
  expect(succeeded).toHaveLength(1);
  expect(runner.carriedOut.filter((runId) => runs.some((run) => run.id === runId))).toEqual(succeeded);

  const [card, ...more] = cardsOf(signal);
  expect(more).toEqual([]);
  expect(card && messageToken(card)).toBe(`${id}/1`);
  expect(card && buttonsOf(card)).toEqual(['Reopen', 'Edit report…']);
  const thread = workspace.messages('failures').filter(({ threadTs }) => threadTs === card?.ts);
  const entries = (await evidence.failures.timeline(id)).filter(
    ({ kind }) => kind !== 'opened' && kind !== 'recovery-requested',
  );
  const toBeTold = [...entries.map(({ version }) => `${id}/1/${version}`), ...runs.map((run) => run.id)];
  expect(thread.map(messageToken).toSorted()).toEqual(toBeTold.toSorted());
}
