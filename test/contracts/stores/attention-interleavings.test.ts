import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoTable, type Table } from '../../../lib/adapters/dynamodb/table.ts';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import type { DueKind, Dues } from '../../../lib/attention/attention.ts';
import { VersionConflictError } from '../../../lib/errors.ts';
import type { Failure } from '../../../lib/failure/failure.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../embedded-tables.ts';
import {
  type Actor,
  isFull,
  type Life,
  type Scenario,
  stepwise,
  walkEveryOrder,
  walkOneOrder,
} from './interleaving.ts';
import { acknowledged, openFailure, reopened } from './samples.ts';
import { dynamoStores, type Stores } from './stores.ts';

/** Everybody who moves attention, on one failure: people, signals, notify, learn and the sweep. */
function everybody(
  failure: Failure,
  storesFor: (life: Life) => Stores,
  stores: Stores,
  times: { click: number; counts: number; until: number },
  { crashes, lostAnswers }: { crashes: number; lostAnswers: number },
): Scenario & { finish(): Promise<void> } {
  let counted = 0;
  const shown = { version: 0, count: 0 };
  const { id } = failure;
  const target = { kind: 'failure' as const, failureId: id };

  const click = (name: string, move: (was: Failure) => Failure): Actor => ({
    name,
    async live(life) {
      const { failures } = storesFor(life);
      for (;;) {
        const stored = await failures.get(id);
        if (!stored) throw new Error('it was opened');
        const { version } = stored.failure;
        const next = { ...move(stored.failure), lastAction: { ...failure.lastAction, id: `${name} ${life.run}` } };
        try {
          await failures.saveState(next, { expectedVersion: version, dues: { show: times.click } });
          return;
        } catch (error) {
          if (!(error instanceof VersionConflictError)) throw error;
        }
      }
    },
  });
  const signals: Actor = {
    name: 'ingest',
    async live(life) {
      counted += 1;
      await storesFor(life).failures.addDue(id, 'counts', times.counts, { onlyIfAbsent: true });
    },
  };
  const show = (name: string, kinds: DueKind[]): Actor => ({
    name,
    async live(life) {
      const { failures } = storesFor(life);
      const stored = await failures.get(id);
      if (!stored) throw new Error('it was opened');
      const count = counted;
      if (!(await failures.clearDues(id, kinds, stored.rev)) || !kinds.includes('show')) return;
      shown.version = Math.max(shown.version, stored.failure.version);
      shown.count = Math.max(shown.count, count);
      // A signal that found the due standing added none: looked at again now that it is gone.
      if (counted > count) await failures.addDue(id, 'counts', times.counts, { onlyIfAbsent: true });
    },
  });
  const sweep: Actor = {
    name: 'sweep',
    variants: ['push back', 'park'],
    async live(life) {
      const { attention } = storesFor(life);
      const item = await attention.read(target);
      if (!item) return;
      if (Object.keys(item.dues).length === 0) await attention.forget(item);
      else if (life.variant === 'park') await attention.park(item, 'no answer');
      else await attention.pushBack(item, times.until, { attempts: item.attempts + 1 });
    },
  };
  return {
    actors: [
      click('acknowledge', acknowledged),
      click('reopen', reopened),
      signals,
      show('notify', ['show', 'counts']),
      show('learn', ['learn']),
      sweep,
    ],
    crashes,
    lostAnswers,
    state: () => [counted, shown],
    async checkAlways() {
      const stored = await stores.failures.get(id);
      const earliest = Math.min(...Object.values(stored?.dues ?? {}));
      if (stored?.parked !== undefined) expect(stored.attentionAt).toBeUndefined();
      else if (Number.isFinite(earliest)) expect(stored?.attentionAt).toBeLessThanOrEqual(earliest);
    },
    async finish() {
      const stored = await stores.failures.get(id);
      const dues: Dues = stored?.dues ?? {};
      // What nobody has shown is still due.
      if ((stored?.failure.version ?? 0) > shown.version) expect(dues).toHaveProperty('show');
      else if (counted > shown.count) expect(Object.keys(dues)).toContain('counts');
      // A writer that was killed right after its save left the entry on the failure.
      const versions = (await stores.failures.timeline(id)).map(({ version }) => version);
      expect(versions).toEqual(Array.from({ length: stored?.failure.version ?? 0 }, (_, index) => index + 1));
      if (stored?.attentionAt === undefined) return;
      const found = await stores.attention.due(stored.attentionAt + 1, 10_000);
      expect(found.map((due) => due.target)).toContainEqual(target);
    },
  };
}

describe('attention stays at or before the earliest due', () => {
  it.each([
    [['acknowledge', 'ingest', 'notify', 'sweep']],
    [['acknowledge', 'notify', 'learn', 'sweep']],
    [['acknowledge', 'reopen', 'notify']],
  ])('in every order of %j, in memory', async (names) => {
    let finish = async () => {};
    const scenario = () => {
      const mine = memoryStores();
      const failure = openFailure({ id: 'F-000000' as Failure['id'] });
      void mine.failures.open(failure, { show: 10, learn: 15 });
      const storesFor = ({ step }: Life) => ({
        ...mine,
        failures: stepwise(mine.failures, step),
        attention: stepwise(mine.attention, step),
      });
      const times = { click: 20, counts: 30, until: 40 };
      const made = everybody(failure, storesFor, mine, times, { crashes: 0, lostAnswers: 0 });
      finish = made.finish;
      const actors = made.actors.filter(({ name }) => names.includes(name));
      return { ...made, actors, state: () => [made.state(), [...mine.world.failures.values()]] };
    };
    const { states, finals } = await walkEveryOrder(scenario, () => finish());
    expect(states).toBeGreaterThan(100);
    expect(finals).toBeGreaterThan(5);
  });

  describe('on dynalite, one request a step', () => {
    let tables: EmbeddedTables;
    let table: Table;
    beforeAll(async () => {
      tables = await startDynalite();
      await createTable(tables.client, 'kintsugi');
      table = dynamoTable({ tableName: 'kintsugi', client: tables.client });
    });
    afterAll(() => tables.stop());

    it('in orders and with times drawn by chance, with crashes and lost answers', () =>
      fc.assert(
        fc.asyncProperty(
          fc.infiniteStream(fc.nat()),
          fc.record({ click: fc.nat(50), counts: fc.nat(50), until: fc.nat(80) }),
          fc.record({ show: fc.nat(50), learn: fc.nat(50) }, { requiredKeys: [] }),
          async (draws, times, dues) => {
            const pick = (below: number) => (below === 0 ? 0 : (draws.next().value ?? 0) % below);
            const stores = dynamoStores(table);
            const failure = openFailure();
            await stores.failures.open(failure, { ...dues, show: dues.show ?? 25 });
            const storesFor = ({ step }: Life) => dynamoStores({ ...stepwise(table, step), query: table.query });
            const made = everybody(failure, storesFor, stores, times, { crashes: 2, lostAnswers: 2 });
            await walkOneOrder(made, pick);
            await made.finish();
          },
        ),
        { numRuns: isFull ? 30 : 10, seed: 4 },
      ));
  });
});
