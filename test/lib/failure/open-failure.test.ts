import { beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../../../lib/adapters/ids.ts';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { SignalIdReusedError } from '../../../lib/errors.ts';
import { fileSignal } from '../../../lib/failure/file-signal.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { type IncomingSignal, type RecordPorts, recordSignals } from '../../../lib/failure/record-signals.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { Signal } from '../../../lib/signal/signal.ts';

describe('a failure and its signals', () => {
  let stores: ReturnType<typeof memoryStores>;
  let ports: RecordPorts;
  let clock: number;

  beforeEach(() => {
    stores = memoryStores();
    clock = Date.parse('2026-11-22T03:00:00.000Z');
    const quiet = async () => undefined;
    ports = {
      ...stores,
      ids: randomIds(),
      policy: Policy.parse({ version: 1, channels: { default: '#failures' } }),
      hints: { notify: quiet, learn: quiet, recovery: quiet, effects: quiet, work: quiet },
      now: () => new Date(clock),
      log: () => undefined,
    };
  });

  let sent = 0;
  const incoming = (over: object = {}): IncomingSignal => {
    const signal = Signal.parse({
      version: 1,
      id: `s-${++sent}`,
      occurredAt: new Date(clock).toISOString(),
      component: 'orders',
      summary: 'GET /orders is slower',
      error: { message: 'GET /orders failed' },
      ...over,
    });
    return { source: 'test', signal, bodyHash: JSON.stringify(signal) };
  };
  const record = async (...items: IncomingSignal[]) => {
    const answers = await recordSignals(ports, items);
    return items.map((item) => answers.get(item));
  };
  const only = async () => {
    const { failures } = await stores.failures.listOpen({ limit: 5 });
    expect(failures).toHaveLength(1);
    return failures[0];
  };

  it('counts a hundred occurrences on one failure', async () => {
    for (let batch = 0; batch < 10; batch++) await record(...Array.from({ length: 10 }, () => incoming()));
    expect((await only())?.count).toBe(100);
  });

  it('rises when a later signal is worse, with the new reason, and never falls', async () => {
    await record(incoming());
    expect((await only())?.failure.level).toBe(2);
    const [answer] = await record(incoming({ details: 'data corruption in orders', severity: 4 }));
    expect(answer).toMatchObject({ kind: 'stored', change: 'raised' });
    expect((await only())?.failure).toMatchObject({
      level: 4,
      claimedLevel: 4,
      levelReasons: expect.arrayContaining(['data corruption']),
    });
    await record(incoming());
    expect((await only())?.failure.level).toBe(4);
  });

  it('opens the next episode only for what occurred after the resolution', async () => {
    const [opened] = await record(incoming());
    const failureId = (opened as { failureId: FailureId }).failureId;
    clock += 60_000;
    await resolveFailure({ ...ports, runs: stores.runs }, { failureId, by: 'U1' });

    clock += 1000;
    const [echo] = await record(incoming({ occurredAt: new Date(clock - 30_000).toISOString() }));
    expect(echo).toMatchObject({ kind: 'stored', change: 'counted' });
    expect((await stores.failures.get(failureId))?.failure).toMatchObject({ status: 'resolved', episode: 1 });

    clock += 60_000;
    const [again] = await record(incoming({ severity: 3 }));
    expect(again).toMatchObject({ kind: 'stored', change: 'recurred', failureId });
    const stored = await stores.failures.get(failureId);
    expect(stored?.failure).toMatchObject({ status: 'open', episode: 2, claimedLevel: 3 });
    expect((await stores.failures.timeline(failureId)).map(({ kind }) => kind)).toEqual([
      'opened',
      'resolved',
      'recurred',
    ]);
  });

  it('takes another id when the first one belongs to another failure', async () => {
    const [first] = await record(incoming());
    const taken = (first as { failureId: FailureId }).failureId;
    const fresh = ports.ids.failureId();
    const given = [taken, fresh];
    const crowded = { ...ports, ids: { ...ports.ids, failureId: () => given.shift() ?? ports.ids.failureId() } };
    const other = incoming({ summary: 'Invoices', error: { message: 'Invoices cannot be mailed' } });
    expect((await recordSignals(crowded, [other])).get(other)).toMatchObject({
      kind: 'stored',
      change: 'opened',
      failureId: fresh,
    });
    expect((await stores.failures.get(taken))?.failure.title).toBe('GET /orders is slower');
  });

  describe('filed by a person', () => {
    it('answers with the failure, and with the same one when it is sent again', async () => {
      const report = incoming();
      const failureId = await fileSignal(ports, report);
      expect(await fileSignal(ports, report)).toBe(failureId);
      expect((await only())?.count).toBe(1);
    });

    it('opens the failure that a first try stored and did not open', async () => {
      const report = incoming();
      const down = { ...ports, failures: { ...stores.failures, open: () => Promise.reject(new Error('throttled')) } };
      await expect(fileSignal(down, report)).rejects.toThrow('throttled');
      const failureId = await fileSignal(ports, report);
      expect((await stores.failures.get(failureId))?.failure.title).toBe('GET /orders is slower');
    });

    it('does not claim to have filed other words under an id that was used', async () => {
      const report = incoming();
      await fileSignal(ports, report);
      await expect(fileSignal(ports, { ...report, bodyHash: 'other' })).rejects.toBeInstanceOf(SignalIdReusedError);
    });
  });
});
