import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoPlaces, startDemo } from '../../local/demo/demo.ts';
import type { Endpoints } from '../../local/endpoints.ts';
import type { FaultRequest } from '../../local/slack/api/state/faults.ts';
import type { PageState } from '../../local/slack/page-api.ts';
import { buttonsOf, messageToken } from './cards.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { clockEnvironment, letPass } from './moving-time.ts';
import { queuesAt } from './queues.ts';
import { startStackUnderTest } from './stack-under-test.ts';

const root = path.resolve(import.meta.dirname, '../..');
let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'kintsugi-killed-stack-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});
const children: ChildProcess[] = [];

interface Mortal {
  endpoints: Endpoints;
  evidence: Evidence;
  send(signal: object): Promise<void>;
  fault(fault: FaultRequest): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
}

/** A stack as a process of its own. */
async function startProcess(program: string, ...args: string[]): Promise<Mortal> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', KINTSUGI_TEST_CLOCK: clockEnvironment.KINTSUGI_TEST_CLOCK },
  });
  children.push(child);
  await isReady(child);
  const endpoints: Endpoints = JSON.parse(readFileSync(path.join(dataDir, 'endpoints.json'), 'utf8'));
  const evidence = evidenceOf(endpoints);
  const queues = queuesAt(endpoints.sqsEndpoint);
  return {
    endpoints,
    evidence,
    send: (signal) => queues.send(endpoints.failuresQueueUrl, JSON.stringify(signal)),
    async fault(fault) {
      const answer = await fetch(`${endpoints.url}/control/faults`, { method: 'POST', body: JSON.stringify(fault) });
      expect(answer.status).toBe(200);
    },
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      evidence.close();
      queues.close();
    },
  };
}

async function isReady(child: ChildProcess): Promise<void> {
  let output = '';
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    if (output.includes('Ctrl-C stops it.')) return;
  }
  throw new Error(`the stack ended without being ready: ${output}`);
}

async function until(what: string, isSo: () => Promise<boolean> | boolean, timeoutMs = 30_000): Promise<void> {
  for (const end = performance.now() + timeoutMs; !(await isSo()); await delay(20)) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
  }
}

function signalOf(id: string) {
  return {
    version: 1,
    id,
    occurredAt: new Date().toISOString(),
    component: 'checkout',
    summary: 'Core feature checkout is broken',
  };
}

/** When the stack dies, and what Slack did with the card until then. */
const moments: { name: string; faults?: FaultRequest[]; isThere: (stack: Mortal) => Promise<boolean> }[] = [
  {
    name: 'as soon as the signals are stored',
    isThere: async ({ evidence }) => (await evidence.signals()).length === 2,
  },
  {
    name: 'while Slack does not answer the post of the card',
    faults: [{ kind: 'hang', method: 'chat.postMessage' }],
    isThere: async ({ evidence }) => (await evidence.allFailures()).some(({ cards }) => isPosting(cards)),
  },
  {
    name: 'after Slack posted the card, before anybody knows',
    faults: [
      { kind: 'lost_answer', method: 'chat.postMessage' },
      { kind: 'hang', method: 'conversations.history' },
    ],
    isThere: async ({ endpoints }) => (await messages(endpoints)).length > 0,
  },
];
const isPosting = (cards: Record<string, { posting?: unknown }>) => Object.values(cards).some(({ posting }) => posting);

async function messages({ url, users }: Endpoints): Promise<PageState['messages']> {
  const answer = await fetch(`${url}/page/state?user=${users.ada}`);
  return ((await answer.json()) as PageState).messages.filter((message) => messageToken(message) !== undefined);
}

describe('npm start killed while its runner works', () => {
  it('the run ends when it is started again, and no byte of the shop is lost', { timeout: 120_000 }, async () => {
    const { shop, log } = demoPlaces(dataDir);
    const first = await startProcess('local/start.ts', '--port', '0', '--data', dataDir);
    await until('the demo’s card', async () => (await messages(first.endpoints)).some(offersRollback));
    const before = blobs(shop);
    const card = (await messages(first.endpoints)).find(offersRollback);
    await press(first.endpoints, card, 'Rollback & retry');
    const [stored] = await first.evidence.allFailures();
    const id = stored?.failure.id ?? expect.fail('no failure');
    await until('the runner at work', async () => ((await first.evidence.runs.list(id))[0]?.steps.length ?? 0) > 0);
    await first.kill();

    Object.assign(process.env, clockEnvironment);
    const again = await startStackUnderTest({ dataDir, demo: startDemo });
    try {
      const run = async () => (await again.evidence.runs.list(id))[0];
      const hasEnded = async () => ['succeeded', 'failed'].includes((await run())?.state ?? '');
      // Its runner goes on by itself; a sweep now and then finds what was on its way when the stack died.
      for (let rounds = 0; rounds < 100 && !(await hasEnded()); rounds += 1) {
        await delay(500);
        if (rounds > 8) letPass(10);
        await again.host.fire('sweep');
      }
      await again.settle();
      const ended = await run();
      expect(ended?.state, `${JSON.stringify(ended)}\n${readFileSync(log, 'utf8')}`).toBe('succeeded');
      expect(await again.evidence.runs.list(id)).toHaveLength(1);
      expect((await again.evidence.failures.get(id))?.failure.status).toBe('resolved');
      expect(again.cards().map(messageToken)).toEqual([`${id}/1`]);
      expect(execFileSync('npm', ['test'], { cwd: shop, encoding: 'utf8', env: quiet })).toContain('fail 0');

      const reachable = execFileSync('git', ['rev-list', '--objects', '--all'], { cwd: shop, encoding: 'utf8' });
      // What git ignores is not saved, and stays where it is.
      const onDisk = new Map(blobs(shop));
      const gone = before.filter(([file, blob]) => onDisk.get(file) !== blob && !reachable.includes(blob));
      expect(gone).toEqual([]);
    } finally {
      await again.stop();
      for (const name of Object.keys(clockEnvironment)) delete process.env[name];
    }
  });
});

describe('the whole stack killed with signals stored, and started again on its folder', () => {
  it.each(moments)(
    '$name: one card, the exact count, a memory',
    { timeout: 60_000 },
    async ({ faults = [], isThere }) => {
      const first = await startProcess(path.join(root, 'test/chaos/stack-process.ts'), dataDir);
      await ask(first.endpoints, 'command', { channel: first.endpoints.channels.failures, text: '/invite @kintsugi' });
      for (const fault of faults) await first.fault(fault);
      await Promise.all([first.send(signalOf('one')), first.send(signalOf('two'))]);
      await until('the moment to die', () => isThere(first));
      await first.kill();

      const again = await startStackUnderTest({ dataDir });
      try {
        // Whoever sent a signal and got no answer sends it again.
        await again.send(signalOf('two'));
        await again.settle();
        const failures = await again.evidence.allFailures();
        expect(failures).toHaveLength(1);
        const [stored] = failures;
        const id = stored?.failure.id;
        expect(stored?.dues).toEqual({});
        const groups = await Promise.all(
          failures.map(({ failure }) => again.evidence.ledger.group(failure.fingerprint)),
        );
        expect(groups).toMatchObject([{ failureId: id, count: 2, intents: {} }]);
        expect(again.cards().map(messageToken)).toEqual([`${id}/1`]);
        expect(JSON.stringify(again.cards()[0]?.blocks)).toMatch(/twice|2 times/);
        expect(await again.evidence.remembered()).toMatchObject([{ failureId: id, status: 'open' }]);
      } finally {
        await again.stop();
      }
    },
  );
});

const quiet = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined };
const offersRollback = (message: PageState['messages'][number]) => buttonsOf(message).includes('Rollback & retry');

/** Every file of the work tree, and the git hash of its bytes. */
function blobs(shop: string): [file: string, blob: string][] {
  return readdirSync(shop, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !path.relative(shop, entry.parentPath).startsWith('.git'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [
      path.relative(shop, file),
      execFileSync('git', ['hash-object', '--no-filters', file], { cwd: shop, encoding: 'utf8' }).trim(),
    ]);
}

/** Presses a button on the workspace's page, as ada. */
async function press(
  endpoints: Endpoints,
  message: PageState['messages'][number] | undefined,
  words: string,
): Promise<void> {
  const blocks = message?.blocks as { block_id: string; elements?: Button[] }[] | undefined;
  const block = blocks?.find(({ elements }) => elements?.some((element) => element.text?.text === words));
  const button = block?.elements?.find((element) => element.text?.text === words);
  await ask(endpoints, 'action', {
    on: { type: 'message', channel: message?.channel, ts: message?.ts },
    blockId: block?.block_id,
    actionId: button?.action_id,
    action: { type: 'button', value: button?.value },
  });
}

async function ask({ url, users }: Endpoints, what: 'action' | 'command', request: object): Promise<void> {
  const answer = await fetch(`${url}/page/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: users.ada, ...request }),
  });
  // On a busy machine a click may be answered too late for Slack; what it asked for is done all the same.
  expect(answer.status).toBe(200);
}

interface Button {
  text?: { text?: string };
  action_id: string;
  value?: string;
}
