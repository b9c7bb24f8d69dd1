import type { SQSRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { randomIds } from '../../../lib/adapters/ids.ts';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { ingestBatch } from '../../../lib/adapters/sqs/ingest-batch.ts';
import { fileSignal } from '../../../lib/failure/file-signal.ts';
import { regradeFailure } from '../../../lib/failure/regrade-failure.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { carryOutEffects, type EffectPorts } from '../../../lib/response/carry-out-effects.ts';
import { Signal } from '../../../lib/signal/signal.ts';

const by = 'U0ADA';
const silent = async () => undefined;

function world() {
  const clock = { at: Date.parse('2026-05-04T03:00:00.000Z') };
  const ports: EffectPorts = {
    ...memoryStores(),
    hints: { notify: silent, learn: silent, recovery: silent, effects: silent, work: silent },
    policy: Policy.parse({ version: 1, channels: { default: '#failures' }, components: { shop: {} } }),
    pager: undefined,
    commands: { send: silent },
    ids: randomIds(),
    now: () => new Date(clock.at),
    log: () => undefined,
  };
  const ask = async (id: string, details = 'Somebody asked for a look.') => {
    clock.at += 60_000;
    const occurredAt = new Date(clock.at).toISOString();
    const about = { version: 1, id, occurredAt, component: 'shop', kind: 'check-up', summary: 'Check-up', details };
    const failureId = await fileSignal(ports, { source: 'slack', signal: Signal.parse(about), bodyHash: id });
    await carryOutEffects(ports, { failureId });
    return failureId;
  };
  const waits = async () => (await ports.work.list({ state: 'pending', limit: 10 })).lines.length;
  return { ports, ask, waits };
}

// Guards against a look that, asked for twice within the hour, shuts the gate and is handed out as something to fix.
it('a look is a failure of its own each time, shuts no gate and leaves nothing to fix', async () => {
  const { ports, ask, waits } = world();
  const first = await ask('one');
  await resolveFailure(ports, { failureId: first, by });
  const second = await ask('two', 'usage limit reached, and all data is lost');
  expect(second).not.toBe(first);
  expect(await ask('two', 'usage limit reached, and all data is lost')).toBe(second);
  const { failure } = (await ports.failures.get(second)) ?? {};
  expect(failure).toMatchObject({ kind: 'check-up', level: 2, status: 'open', episode: 1, pastEpisodes: [] });
  expect((await ports.gates.read()).holders).toEqual([]);
  expect(await waits()).toBe(0);
});

it('a look that found something is a failure like any other once somebody says how bad it is', async () => {
  const { ports, ask, waits } = world();
  const failureId = await ask('one');
  await regradeFailure(ports, { failureId, level: 3, reason: 'the disk is full', by });
  await carryOutEffects(ports, { failureId });
  expect((await ports.failures.get(failureId))?.failure).not.toHaveProperty('kind');
  expect((await ports.gates.read()).holders).toMatchObject([{ scope: 'shop', mode: 'stop' }]);
  expect(await waits()).toBe(1);
});

it('nobody but Kintsugi itself files one: a producer that calls a failure a look is told so, and its words are kept', async () => {
  const { ports } = world();
  const stores = memoryStores();
  const occurredAt = ports.now().toISOString();
  const body = { version: 1, id: 'three', occurredAt, component: 'shop', summary: 'All data is lost', severity: 5 };
  const record = (messageId: string, more: object) => ({
    messageId,
    body: JSON.stringify({ ...body, id: messageId, ...more }),
    attributes: { SenderId: 'AROA:session' },
  });
  const Records = [record('a', { kind: 'check-up' }), record('b', {})] as unknown as SQSRecord[];
  const answer = await ingestBatch({ ...ports, ...stores, redact: async (text) => text }, { Records });
  expect(answer).toEqual({ batchItemFailures: [] });
  const rejected = [...stores.world.rejected.values()];
  expect(rejected).toMatchObject([
    { messageId: 'a', reason: 'invalid_signal', detail: expect.stringContaining('kind') },
  ]);
  expect((await stores.failures.listOpen({ limit: 5 })).failures).toHaveLength(1);
});
