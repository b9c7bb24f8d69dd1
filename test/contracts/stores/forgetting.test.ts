import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoTable, type Table } from '../../../lib/adapters/dynamodb/table.ts';
import { randomIds } from '../../../lib/adapters/ids.ts';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { FailureNotFoundError } from '../../../lib/errors.ts';
import type { Failure } from '../../../lib/failure/failure.ts';
import { type ForgetPorts, forgetFailure } from '../../../lib/failure/forget-failure.ts';
import { type RecordPorts, recordSignals } from '../../../lib/failure/record-signals.ts';
import { reopenFailure } from '../../../lib/failure/reopen-failure.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { Hints } from '../../../lib/ports.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../embedded-tables.ts';
import { reportVersion } from './report-store.contract.ts';
import * as sample from './samples.ts';
import { dynamoStores, type Stores } from './stores.ts';

/** What happens right before a request: nothing, or whatever the test wants, a death included. */
type Before = (request: number) => Promise<void>;
type Open = (before: Before) => Stores;

const day = 24 * 3_600_000;
const policy = Policy.parse({ version: 1, channels: { default: '#failures' }, retention: { resolvedDays: 60 } });
const silent: Hints = {
  notify: async () => undefined,
  learn: async () => undefined,
  recovery: async () => undefined,
  effects: async () => undefined,
  work: async () => undefined,
};

/** Calls `before` with the number of each call that matters. */
function counted<P extends object>(port: P, before: (member: string) => Promise<void>): P {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      // A query reads; it is an iterator and not a promise.
      if (typeof member !== 'function' || name === 'query') return member;
      return async (...given: unknown[]) => {
        await before(String(name));
        return member.apply(target, given);
      };
    },
  });
}

let tables: EmbeddedTables;
let table: Table;
beforeAll(async () => {
  tables = await startDynalite();
  await createTable(tables.client, 'forgetting');
  table = dynamoTable({ tableName: 'forgetting', client: tables.client });
});
afterAll(() => tables.stop());

const overATable: Open = (before) => {
  let request = 0;
  return dynamoStores(counted(table, async () => before(++request)));
};
const inMemory = memoryStores();
const overMemory: Open = (before) => {
  let request = 0;
  const count = async () => before(++request);
  return { ...inMemory, failures: counted(inMemory.failures, count), ledger: counted(inMemory.ledger, count) };
};

const never: Before = async () => undefined;

describe.each([
  ['memory', overMemory],
  ['dynalite', overATable],
])('a failure that was kept long enough (%s)', (_name, open) => {
  async function scene() {
    const clock = { at: Date.parse('2026-05-04T03:00:00.000Z') };
    const stores = open(never);
    const portsOf = (over: Stores): ForgetPorts & RecordPorts & Pick<Stores, 'runs'> => ({
      ...over,
      hints: silent,
      policy,
      ids: randomIds(),
      now: () => new Date(clock.at),
      log: () => undefined,
    });
    const ports = portsOf(stores);
    const component = sample.newName('shop');
    const signal = () =>
      sample.signal({
        component,
        occurredAt: new Date(clock.at).toISOString(),
        error: { type: 'Error', message: 'no' },
      });
    const happen = async (): Promise<Failure['id']> => {
      const incoming = { source: 'ci', signal: signal(), bodyHash: sample.newName('body') };
      const recorded = (await recordSignals(ports, [incoming])).get(incoming);
      if (recorded?.kind === 'failed') throw recorded.error;
      if (recorded?.kind !== 'stored') throw new Error(`answered ${recorded?.kind}`);
      return recorded.failureId;
    };
    const id = await happen();
    await happen();
    clock.at += 10_000;
    await resolveFailure(ports, { failureId: id, by: 'U0ANA' });
    const stored = await stores.failures.get(id);
    if (!stored) throw new Error('not stored');
    const { failure } = stored;
    await stores.failures.clearDues(id, ['show', 'effects', 'learn'], stored.rev, {
      instead: { forget: clock.at + 60 * day },
    });
    await stores.runs.create({ ...sample.requestedRun(id) }, {});
    await stores.reports.put(reportVersion({ failureId: id }));
    await stores.postMortems.put({
      schema: 1,
      failureId: id,
      episode: 1,
      version: 1,
      openedAt: failure.openedAt,
      because: 'Level 4',
      filledFrom: 1,
      sections: {
        timeline: [],
        impact: ['Who/what was affected'],
        rootCause: [],
        contributingFactors: [],
        wentWell: [],
        actionItems: [],
        lessonsLearned: [],
      },
    });
    return { clock, stores, portsOf, ports, id, failure, happen };
  }
  type Scene = Awaited<ReturnType<typeof scene>>;

  async function expectGone({ stores, id }: Scene) {
    expect(await stores.failures.get(id)).toBeUndefined();
    expect(await stores.failures.forgotten(id)).toBeUndefined();
    expect(await stores.failures.timeline(id)).toEqual([]);
    expect(await stores.runs.list(id)).toEqual([]);
    expect(await stores.postMortems.get(id, 1)).toBeUndefined();
    expect(await stores.reports.list(id)).toEqual([]);
    expect(await stores.attention.read({ kind: 'failure', failureId: id })).toBeUndefined();
  }

  it('goes with all that is kept of it, and the next signal opens a new one that counts from one', async () => {
    const one = await scene();
    one.clock.at += 60 * day;
    expect(await forgetFailure(one.ports, { failureId: one.id })).toBe('forgotten');
    await expectGone(one);
    expect(await one.stores.ledger.group(one.failure.fingerprint)).toBeUndefined();
    expect(await forgetFailure(one.ports, { failureId: one.id })).toBe('unknown');
    const next = await one.happen();
    expect(next).not.toBe(one.id);
    expect(await one.stores.ledger.group(one.failure.fingerprint)).toMatchObject({ failureId: next, count: 1 });
  });

  it('stays before its time, and when somebody reopened it', async () => {
    const one = await scene();
    one.clock.at += 60 * day - 1;
    expect(await forgetFailure(one.ports, { failureId: one.id })).toBe('kept');
    one.clock.at += 1;
    await reopenFailure(one.ports, { failureId: one.id, by: 'U0ANA' });
    expect(await forgetFailure(one.ports, { failureId: one.id })).toBe('kept');
    expect((await one.stores.failures.get(one.id))?.failure.status).toBe('acknowledged');
    expect(await one.stores.failures.forget(one.id, { version: one.failure.version })).toBe(false);
  });

  it('is found by nobody once it is marked', async () => {
    const one = await scene();
    one.clock.at += 60 * day;
    expect(await one.stores.failures.forget(one.id, { version: one.failure.version })).toBe(true);
    expect(await one.stores.failures.forget(one.id, { version: one.failure.version })).toBe(true);
    const writes = [
      one.stores.failures.saveState(sample.reopened(one.failure), { expectedVersion: one.failure.version }),
      one.stores.failures.addDue(one.id, 'show', 1),
      one.stores.failures.leaseCard(one.id, 'C1#1', { holder: 'me', until: 2, now: 1 }),
      one.stores.failures.saveSimilar(one.id, []),
    ];
    for (const write of await Promise.allSettled(writes))
      expect(write).toMatchObject({ status: 'rejected', reason: expect.any(FailureNotFoundError) });
    expect(await one.stores.failures.open(sample.openFailure({ id: one.id }), {})).toBe('forgotten');
    expect(await one.stores.attention.read({ kind: 'failure', failureId: one.id })).toMatchObject({
      dues: { forget: expect.any(Number) },
    });
  });

  it('waits for a signal that is being counted', async () => {
    const one = await scene();
    one.clock.at += 60 * day;
    const at = new Date(one.clock.at);
    const { fingerprint } = one.failure;
    await one.stores.ledger.intend({
      fingerprint,
      template: 't',
      batch: 'b1',
      signals: ['ci#late'],
      newFailureId: sample.newFailureId(),
      at,
      settleDueAt: one.clock.at + 90_000,
    });
    await expect(forgetFailure(one.ports, { failureId: one.id })).rejects.toThrow('being counted');
    await one.stores.ledger.settle({ fingerprint, batch: 'b1', count: 0 });
    expect(await forgetFailure(one.ports, { failureId: one.id })).toBe('forgotten');
    await expectGone(one);
  });

  it('killed before any request: said again, it goes to its end', async () => {
    for (let death = 1, wasKilled = true; wasKilled; death++) {
      const one = await scene();
      one.clock.at += 60 * day;
      wasKilled = false;
      const dying = one.portsOf(
        open(async (request) => {
          if (request < death) return;
          wasKilled = true;
          throw new Error('killed');
        }),
      );
      await forgetFailure(dying, { failureId: one.id }).catch(() => undefined);
      // Until it is at its end, its due brings it back.
      if ((await one.stores.failures.get(one.id)) || (await one.stores.failures.forgotten(one.id))) {
        expect(await one.stores.attention.read({ kind: 'failure', failureId: one.id })).toMatchObject({
          dues: { forget: expect.any(Number) },
        });
      }
      await forgetFailure(one.ports, { failureId: one.id });
      await expectGone(one);
      expect(await one.stores.ledger.group(one.failure.fingerprint)).toBeUndefined();
    }
  });

  it('a signal before any request is counted once: for it when it stays, for a new one when it goes', async () => {
    for (let moment = 1, wasThere = true; wasThere; moment++) {
      const one = await scene();
      one.clock.at += 60 * day;
      wasThere = false;
      let counted: Failure['id'] | undefined;
      const met = one.portsOf(
        open(async (request) => {
          if (request !== moment) return;
          wasThere = true;
          counted = await one.happen();
        }),
      );
      // What is in its way right now is not there when the message comes again.
      const outcome = await forgetFailure(met, { failureId: one.id }).catch(() =>
        forgetFailure(one.ports, { failureId: one.id }),
      );
      const failureId = counted ?? (await one.happen());
      const group = await one.stores.ledger.group(one.failure.fingerprint);
      const stays = outcome === 'kept';
      expect(group).toMatchObject({ failureId, count: stays ? 3 : 1, intents: {} });
      expect(failureId === one.id).toBe(stays);
      expect((await one.stores.failures.get(failureId))?.failure).toMatchObject({
        status: 'open',
        episode: stays ? 2 : 1,
      });
      if (!stays) await expectGone(one);
    }
  });
});
