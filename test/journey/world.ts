import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { memoryStores } from '../../lib/adapters/memory/stores.ts';
import { redact } from '../../lib/adapters/redaction/redact.ts';
import { ed25519Signer, generateKeys, verifyEnvelope } from '../../lib/adapters/signing/ed25519.ts';
import { decodeAction } from '../../lib/adapters/slack/action-ids.ts';
import { handleClick } from '../../lib/adapters/slack/listeners/handle-click.ts';
import { parseMessage } from '../../lib/adapters/sqs/hints.ts';
import { ingestBatch } from '../../lib/adapters/sqs/ingest-batch.ts';
import { keepRejected } from '../../lib/adapters/sqs/keep-rejected.ts';
import { notifyBatch } from '../../lib/adapters/sqs/notify-batch.ts';
import { processBatch } from '../../lib/adapters/sqs/partial-batch.ts';
import { recoveryBatch } from '../../lib/adapters/sqs/recovery-batch.ts';
import { sweep } from '../../lib/attention/sweep.ts';
import type { PoisonError } from '../../lib/errors.ts';
import { FailureId, RunId } from '../../lib/failure/ids.ts';
import { learnFailure } from '../../lib/pattern/learn-failure.ts';
import { asMemory, isAlike, memoryText } from '../../lib/pattern/similar-failures.ts';
import { Policy } from '../../lib/policy/policy.ts';
import type { BundleHints, FailureMemory, Hints } from '../../lib/ports.ts';
import { RunnerCommand } from '../../lib/recovery/command.ts';
import { WorkItemId } from '../../lib/work/work-item.ts';
import { buttonsOf, memoryBoard, type Shown } from './board.ts';
import { Killed, type Life, mortal } from './mortal.ts';
import { runnerOnTheHost } from './runner-on-the-host.ts';

export type QueueName = 'failures' | 'notify' | 'learn' | 'recovery' | 'results' | 'commands';
interface Message {
  id: string;
  body: string;
  /** Visible from then on (epoch ms). */
  at: number;
  receives: number;
}

/** As serverless.yml sets it. */
const visibilityMs = 180_000;
export const channel = 'C-failures';
export type World = ReturnType<typeof createWorld>;

/** The functions on memory adapters, the queues between them, one runner, and a clock that stands still unless it is moved. */
export function createWorld() {
  const clock = { at: Date.parse('2026-05-04T03:00:00.000Z') };
  const now = () => new Date(clock.at);
  const life: Life = { callsLeft: Number.POSITIVE_INFINITY, isOver: false };
  const { world: table, ...stores } = memoryStores();
  const { board, messages } = memoryBoard(() => clock.at);
  const queues: Record<QueueName, Message[]> = {
    failures: [],
    notify: [],
    learn: [],
    recovery: [],
    results: [],
    commands: [],
  };
  const commandKeys = generateKeys();
  const signCommand = ed25519Signer(commandKeys.privateKey, 'the test');
  let next = 0;
  const send = (queue: QueueName, body: string, delaySeconds = 0) => {
    next += 1;
    queues[queue].push({ id: `m-${next}`, body, at: clock.at + delaySeconds * 1000, receives: 0 });
  };
  const runner = runnerOnTheHost({
    name: 'demo',
    commandKey: commandKeys.publicKey,
    now,
    send: (body) => send('results', body),
  });
  const hints: Hints & BundleHints = {
    bundle: async (hint, options) => send('notify', JSON.stringify(hint), options?.delaySeconds),
    notify: async (hint, options) => send('notify', JSON.stringify(hint), options?.delaySeconds),
    learn: async (hint, options) => send('learn', JSON.stringify(hint), options?.delaySeconds),
    recovery: async (hint, options) => send('recovery', JSON.stringify(hint), options?.delaySeconds),
    effects: async (hint, options) => send('recovery', JSON.stringify(hint), options?.delaySeconds),
    work: async (hint, options) => send('recovery', JSON.stringify(hint), options?.delaySeconds),
  };
  const rejected = mortal(stores.rejected, life);
  const ports = {
    ledger: mortal(stores.ledger, life),
    failures: mortal(stores.failures, life),
    runs: mortal(stores.runs, life),
    roles: mortal(stores.roles, life),
    runners: mortal(stores.runners, life),
    gates: mortal(stores.gates, life),
    work: mortal(stores.work, life),
    bundles: mortal(stores.bundles, life),
    mutes: mortal(stores.mutes, life),
    checklists: mortal(stores.checklists, life),
    channels: mortal(stores.channels, life),
    turns: mortal(stores.turns, life),
    pages: mortal(stores.pages, life),
    reports: mortal(stores.reports, life),
    postMortems: mortal(stores.postMortems, life),
    pager: undefined,
    attention: mortal(stores.attention, life),
    rejected,
    board: mortal(board, life),
    memory: mortal(memoryOfFailures(), life),
    hints: mortal(hints, life),
    commands: mortal(
      {
        send: async (command: RunnerCommand) =>
          send('commands', JSON.stringify(signCommand(JSON.stringify(RunnerCommand.parse(command))))),
      },
      life,
    ),
    producer: mortal({ send: async (body: string) => send('failures', body) }, life),
    policy: Policy.parse({
      version: 1,
      channels: { default: '#failures' },
      owner: '@oncall',
      components: { shop: { title: 'Shop', recovery: { runner: 'demo', workTree: 'shop' } } },
      runners: { demo: { publicKey: runner.publicKey } },
    }),
    ids: {
      failureId: () => FailureId.parse(`F-${crockford(6)}`),
      runId: () => RunId.parse(`R-${crockford(10)}`),
      workItemId: () => WorkItemId.parse(`W-${crockford(8)}`),
      actionId: () => `action-${next++}`,
    },
    verify: verifyEnvelope,
    redact,
    now,
    log: () => undefined,
    onPoison: (record: SQSRecord, poison: PoisonError) => keepRejected({ rejected, redact, now }, record, poison),
  };
  function crockford(length: number): string {
    next += 1;
    return String(next).padStart(length, '0');
  }

  /** What each function of functions/ does with its batch. */
  const functions: Record<Exclude<QueueName, 'commands'>, (event: SQSEvent) => Promise<SQSBatchResponse>> = {
    failures: (event) => ingestBatch(ports, event),
    notify: (event) => notifyBatch(ports, event),
    learn: (event) =>
      processBatch(
        event,
        (record) => learnFailure(ports, parseMessage(z.object({ failureId: FailureId }), record.body).failureId),
        ports,
      ),
    recovery: (event) => recoveryBatch(ports, event),
    results: (event) => recoveryBatch(ports, event),
  };

  /** One round of a queue: what is visible is delivered; what fails is visible again after the visibility timeout. */
  async function deliver(queue: QueueName): Promise<number> {
    const batch = queues[queue].filter(({ at }) => at <= clock.at);
    queues[queue] = queues[queue].filter((message) => !batch.includes(message));
    for (const message of batch) {
      message.receives += 1;
      if (queue === 'commands') runner.listen(message.body);
      else {
        const { batchItemFailures } = await functions[queue]({ Records: [recordOf(message)] });
        if (batchItemFailures.length > 0) queues[queue].push({ ...message, at: clock.at + visibilityMs });
      }
    }
    return batch.length;
  }

  async function deliverAll(): Promise<void> {
    for (let delivered = 1; delivered > 0; ) {
      delivered = 0;
      for (const queue of Object.keys(queues) as QueueName[]) delivered += await deliver(queue);
    }
  }

  return {
    clock,
    life,
    ports,
    queues,
    runner,
    messages,
    rejected: table.rejected,
    stores,
    deliver,
    deliverAll,
    /** Lets time pass: queues are worked off, and the sweep comes every minute. */
    async letPass(minutes: number): Promise<void> {
      for (let minute = 0; minute < minutes; minute++) {
        for (let second = 0; second < 60; second += 20) {
          await deliverAll();
          clock.at += 20_000;
        }
        await sweep(ports, { deadline: clock.at + 45_000 });
      }
      await deliverAll();
    },
    /** Presses a button of the newest card, exactly as it is shown. */
    async press(label: string, by = 'U0ANA') {
      const button = buttonsOf(cards(messages).at(-1) as Shown).find((one) => one.label === label);
      if (!button) throw new Error(`the card has no button ${label}`);
      const action = decodeAction(button);
      if (!action) throw new Error(`${label} means nothing`);
      return handleClick(ports, action, by);
    },
    async failure(id: FailureId) {
      const stored = await stores.failures.get(id);
      if (!stored) throw new Error(`${id} is not stored`);
      return stored;
    },
    failureIds: () => [...table.failures.keys()],
  };
}

/** The messages in the channel itself, oldest first. */
export function cards(messages: Shown[]): Shown[] {
  return messages.filter(({ where }) => where.threadTs === undefined);
}

export function threadOf(messages: Shown[], card: Shown | undefined): Shown[] {
  return messages.filter(({ where }) => where.threadTs === card?.ts);
}

/** Lets one action be killed after so many calls to the world; false when it came to its end before. */
export async function killedAfter(world: World, calls: number, act: () => Promise<unknown>): Promise<boolean> {
  Object.assign(world.life, { callsLeft: calls, isOver: false });
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  const wasKilled = world.life.isOver;
  Object.assign(world.life, { callsLeft: Number.POSITIVE_INFINITY, isOver: false });
  return wasKilled;
}

function recordOf({ id, body, receives }: Message): SQSRecord {
  return {
    messageId: id,
    receiptHandle: id,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '0',
      SenderId: 'AIDAPRODUCER:session',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
    awsRegion: 'us-east-1',
  };
}

/** A memory that keeps what it is told and proposes everything; the product's own function decides what is alike. */
function memoryOfFailures(): FailureMemory {
  const points = new Map<FailureId, Parameters<FailureMemory['remember']>[0]>();
  return {
    async remember(failure) {
      points.set(failure.id, failure);
    },
    async similar(failure, limit) {
      return [...points.values()]
        .filter((other) => other.id !== failure.id && isAlike(memoryText(failure), memoryText(other)))
        .map(asMemory)
        .slice(0, limit);
    },
  };
}
