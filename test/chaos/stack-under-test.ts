import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import { messageToken } from './cards.ts';
import { evidenceOf } from './evidence.ts';
import { clockEnvironment, letPass, removeClockFile } from './moving-time.ts';
import { queuesAt } from './queues.ts';

export type StackUnderTest = Awaited<ReturnType<typeof startStackUnderTest>>;

// Registered first, so it runs last.
afterAll(removeClockFile);

interface Settling {
  /** Whoever else is at work; answers whether there was anything to do. */
  meanwhile?: () => Promise<boolean>;
  minutes?: number;
}

/**
 * The whole local stack in this process, with its functions in their own, all on one clock that only moves ahead of the
 * machine's when a test says so. Nothing sweeps by itself, and Slack's limits are far away unless asked for.
 */
export async function startStackUnderTest(options: Partial<LocalStackOptions> = {}) {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'kintsugi-chaos-'));
  const lines: string[] = [];
  const stack = await startLocalStack({
    port: 0,
    dataDir,
    workspace: { rateLimits: { timesSlack: 1000 }, ackTimeoutMs: 10_000 },
    onLine: (source, line) => lines.push(`[${source}] ${line}`),
    ...options,
    host: {
      schedules: false,
      maxSandboxes: 1,
      ...options.host,
      environment: { ...clockEnvironment, ...options.host?.environment },
    },
  });
  const evidence = evidenceOf(stack.endpoints);
  const queues = queuesAt(stack.endpoints.sqsEndpoint);
  const { host, workspace } = stack;
  const sources = ['failures', 'notify', 'learn', 'recovery', 'results'];

  return {
    ...stack,
    evidence,
    queues,
    lines,
    send: (signal: object | string) =>
      queues.send(stack.endpoints.failuresQueueUrl, typeof signal === 'string' ? signal : JSON.stringify(signal)),
    /** What the app posted in a channel itself, oldest first. */
    cards: (channel = 'failures') =>
      workspace
        .messages(channel)
        .filter((message) => message.threadTs === undefined && messageToken(message) !== undefined),
    /** Lets time pass, a minute at a time with its sweep, until nothing is due any more. */
    async settle({ meanwhile = async () => false, minutes = 20 }: Settling = {}): Promise<void> {
      for (let minute = 0; minute <= minutes; ) {
        await host.idle({ lookEveryMs: 10, timeoutMs: 90_000 });
        if (await meanwhile()) continue;
        const waiting = await Promise.all(sources.map((name) => queues.count(stack.queueUrl(name))));
        const isDone = (await evidence.due()).length === 0;
        if (isDone && waiting.every((count) => count === 0)) return;
        // With nothing due a sweep does nothing: what is left only waits to be visible again.
        const minutesAtOnce = isDone ? 4 : 1;
        letPass(60 * minutesAtOnce);
        minute += minutesAtOnce;
        if (!isDone) await host.fire('sweep');
      }
      const due = (await evidence.due()).map((item) => JSON.stringify(item)).join(' ');
      throw new Error(
        `Not settled after ${minutes} minutes. Due: ${due || 'nothing'}\n${lines.slice(-100).join('\n')}`,
      );
    },
    async deadLetters(): Promise<number> {
      const counts = await Promise.all(sources.map((name) => queues.count(stack.queueUrl(`${name}-dlq`))));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async stop() {
      evidence.close();
      queues.close();
      await stack.stop();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
