import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoTable, type Table } from '../../../lib/adapters/dynamodb/table.ts';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import type { MemoryWorld } from '../../../lib/adapters/memory/world.ts';
import type { FailureId, Fingerprint } from '../../../lib/failure/ids.ts';
import { fingerprint } from '../../../lib/signal/fingerprint.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../embedded-tables.ts';
import { type Case, protocolCase, type StoresFor, verbCase } from './counting-cases.ts';
import { isFull, type Scenario, stepwise, walkEveryOrder, walkOneOrder } from './interleaving.ts';
import { newFailureId, newFingerprint, newName, signal } from './samples.ts';
import { dynamoStores, type Stores } from './stores.ts';

/** Every signal is counted once, in one group; no intent is left; a failure is open where something was recorded. */
async function expectExact({ ledger, failures }: Stores, groups: Fingerprint[], { deliveries }: Case): Promise<void> {
  let counted = 0;
  for (const group of groups) {
    const found = await ledger.group(group);
    if (!found) continue;
    counted += found.count;
    const isOpen = (await failures.get(found.failureId)) !== undefined;
    expect({ intents: found.intents, isOpen }).toEqual({ intents: {}, isOpen: found.count > 0 });
  }
  expect(counted).toBe(new Set(deliveries.flat()).size);
}

/** Ids that no other order used, and the same each time one life asks. */
function ownIds(): NonNullable<Case['failureIdOf']> {
  const ids = new Map<string, FailureId>();
  return (writer, run) => {
    const id = ids.get(`${writer}.${run}`) ?? newFailureId();
    ids.set(`${writer}.${run}`, id);
    return id;
  };
}

type MakeScenario = (storesFor: StoresFor, world: MemoryWorld) => Scenario;

describe('counting, through every order of steps, crashes, lost answers and sweeps', () => {
  async function walk(given: Case, groups: Fingerprint[], make: MakeScenario) {
    let stores = memoryStores();
    const scenario = (): Scenario => {
      const mine = memoryStores();
      stores = mine;
      const storesFor: StoresFor = ({ step }) => ({
        ...mine,
        ledger: stepwise(mine.ledger, step),
        failures: stepwise(mine.failures, step),
        attention: { ...stepwise(mine.attention, step), due: mine.attention.due },
      });
      return {
        ...make(storesFor, mine.world),
        checkAlways: () => {
          for (const { intents, attentionAt } of mine.world.groups.values()) {
            if (Object.keys(intents).length > 0 && attentionAt === undefined) throw new Error('nobody will look');
          }
        },
      };
    };
    const walked = await walkEveryOrder(scenario, () => expectExact(stores, groups, given));
    expect(walked.states).toBeGreaterThan(1000);
    expect(walked.finals).toBeGreaterThan(10);
  }

  const full = (budget: number) => (isFull ? budget : 0);
  const cases: [string, Case, number][] = [
    ['two ingests, three signals', { deliveries: [['a', 'b'], ['c']], crashes: 1, lostAnswers: full(1), sweeps: 1 }, 1],
    ['one signal in both deliveries', { deliveries: [['a'], ['a', 'b']], crashes: 1, lostAnswers: 1, sweeps: 1 }, 1],
    ['one delivery, killed three times', { deliveries: [['a', 'b']], crashes: 3, lostAnswers: full(1), sweeps: 2 }, 1],
    [
      'another group at the next delivery',
      { deliveries: [['a'], ['b']], crashes: 1, lostAnswers: 0, sweeps: full(1) },
      2,
    ],
    ['one signal in two groups', { deliveries: [['a'], ['a']], crashes: 1, lostAnswers: 0, sweeps: 1 }, 2],
  ];
  it.each(cases)('%s', async (_, given, groupCount) => {
    const groups = Array.from({ length: groupCount }, newFingerprint);
    await walk(given, groups, (storesFor, world) => protocolCase(given, groups, storesFor, world));
  });

  it('sees what goes wrong when the sweep does not wait for the fence', async () => {
    const given: Case = { deliveries: [['a', 'b']], crashes: 0, lostAnswers: 0, sweeps: 1, isUnfenced: true };
    const groups = [newFingerprint()];
    const walked = walk(given, groups, (storesFor, world) => protocolCase(given, groups, storesFor, world));
    await expect(walked).rejects.toThrow('expected 1 to be 2');
  });

  const verbs: [string, Case][] = [
    ['two ingests', { deliveries: [['a'], ['b']], crashes: 1, lostAnswers: 0, sweeps: full(1) }],
    ['one signal in both deliveries', { deliveries: [['a'], ['a']], crashes: 1, lostAnswers: 1, sweeps: 0 }],
    ['one delivery, killed twice', { deliveries: [['a', 'b']], crashes: 2, lostAnswers: full(1), sweeps: 1 }],
  ];
  it.each(verbs)('%s, through recordSignals and sweep', async (_, given) => {
    const groups = [fingerprint(signal({ component: 'c' })).fingerprint];
    await walk(given, groups, (storesFor, world) => verbCase(given, 'c', storesFor, world));
  });
});

describe('counting on dynalite, one request a step, in orders drawn by chance', () => {
  let tables: EmbeddedTables;
  let table: Table;
  beforeAll(async () => {
    tables = await startDynalite();
    await createTable(tables.client, 'kintsugi');
    table = dynamoTable({ tableName: 'kintsugi', client: tables.client });
  });
  afterAll(() => tables.stop());

  const storesFor: StoresFor = ({ step }) => dynamoStores({ ...stepwise(table, step), query: table.query });

  it('is exact through recordSignals and sweep', () =>
    fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (draws) => {
        const pick = (below: number) => (below === 0 ? 0 : (draws.next().value ?? 0) % below);
        const [a, b, c] = [newName('a'), newName('b'), newName('c')];
        const given: Case = {
          deliveries: [[a, b], [b, c], [a]],
          crashes: 2,
          lostAnswers: 2,
          sweeps: 1,
          failureIdOf: ownIds(),
        };
        const component = newName('c');
        await walkOneOrder(verbCase(given, component, storesFor), pick);
        await expectExact(dynamoStores(table), [fingerprint(signal({ component })).fingerprint], given);
      }),
      { numRuns: isFull ? 25 : 8, seed: 2 },
    ));

  it('is exact when the group differs between deliveries', () =>
    fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (draws) => {
        const pick = (below: number) => (below === 0 ? 0 : (draws.next().value ?? 0) % below);
        const groups = [newFingerprint(), newFingerprint()];
        const [a, b] = [newName('a'), newName('b')];
        const given: Case = {
          deliveries: [[a], [b, a], [b]],
          crashes: 2,
          lostAnswers: 2,
          sweeps: 1,
          failureIdOf: ownIds(),
        };
        await walkOneOrder(protocolCase(given, groups, storesFor), pick);
        await expectExact(dynamoStores(table), groups, given);
      }),
      { numRuns: isFull ? 25 : 8, seed: 3 },
    ));
});
