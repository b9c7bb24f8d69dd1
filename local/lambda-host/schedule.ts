import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ScheduledEvent } from 'aws-lambda';
import { localAccount } from './cloudformation.ts';
import type { Outcome } from './protocol.ts';

export interface ScheduleOptions {
  ruleName: string;
  /** Absent: only `fire` fires it. */
  everyMs?: number;
  /** EventBridge promises "at least once": every n-th time it fires twice. 0: never. */
  twiceEvery: number;
  /** An asynchronous invocation that fails is tried again so many times, after one and two minutes. */
  retries: number;
  invoke: (event: ScheduledEvent<Record<string, never>>) => Promise<Outcome>;
}

export interface Schedule {
  /** Fires now; resolves with the first outcome of each delivery. */
  fire(): Promise<Outcome[]>;
  stop(): void;
}

export function startSchedule(options: ScheduleOptions): Schedule {
  const stopping = new AbortController();
  let fired = 0;

  async function deliver(event: ScheduledEvent<Record<string, never>>): Promise<Outcome> {
    const outcome = await options.invoke(event);
    if (outcome.kind === 'failed') void retry(event);
    return outcome;
  }

  async function retry(event: ScheduledEvent<Record<string, never>>): Promise<void> {
    for (let attempt = 1; attempt <= options.retries; attempt += 1) {
      await delay(attempt * 60_000, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      if (stopping.signal.aborted || (await options.invoke(event)).kind === 'returned') return;
    }
  }

  function fire(): Promise<Outcome[]> {
    fired += 1;
    const event = scheduledEvent(options.ruleName);
    const isTwice = options.twiceEvery > 0 && fired % options.twiceEvery === 0;
    return Promise.all(Array.from({ length: isTwice ? 2 : 1 }, () => deliver(event)));
  }

  const timer = options.everyMs === undefined ? undefined : setInterval(() => void fire(), options.everyMs);
  return {
    fire,
    stop() {
      clearInterval(timer);
      stopping.abort();
    },
  };
}

function scheduledEvent(ruleName: string): ScheduledEvent<Record<string, never>> {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: localAccount.accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region: localAccount.region,
    resources: [`arn:aws:events:${localAccount.region}:${localAccount.accountId}:rule/${ruleName}`],
    detail: {},
  };
}
