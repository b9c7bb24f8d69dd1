import { afterAll, beforeAll, expect, it } from 'vitest';
import { dynamoTable } from '../../../lib/adapters/dynamodb/table.ts';
import { randomIds } from '../../../lib/adapters/ids.ts';
import { type RecordPorts, recordSignals } from '../../../lib/failure/record-signals.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { carryOutEffects, type EffectPorts } from '../../../lib/response/carry-out-effects.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../embedded-tables.ts';
import { newName, signal } from './samples.ts';
import { dynamoStores } from './stores.ts';

let tables: EmbeddedTables;
const requests: string[] = [];
beforeAll(async () => {
  tables = await startDynalite();
  await createTable(tables.client, 'small');
  tables.client.middlewareStack.add(
    (next, context) => async (args) => {
      requests.push(String(context.commandName));
      return next(args);
    },
    { step: 'initialize' },
  );
});
afterAll(() => tables.stop());

const silent = async () => undefined;

it.each([1, 2] as const)('a failure of level %i, and a signal that repeats it, cost few requests', async (level) => {
  const clock = { at: Date.parse('2026-05-04T03:00:00.000Z') };
  const ports: EffectPorts & RecordPorts = {
    ...dynamoStores(dynamoTable({ tableName: 'small', client: tables.client })),
    hints: { notify: silent, learn: silent, recovery: silent, effects: silent, work: silent },
    policy: Policy.parse({ version: 1, channels: { default: '#failures' } }),
    pager: undefined,
    commands: { send: silent },
    ids: randomIds(),
    now: () => new Date(clock.at),
    log: () => undefined,
  };
  const component = newName('shop');
  const cost = async <T>(act: () => Promise<T>) => {
    requests.length = 0;
    const answer = await act();
    return { answer, requests: requests.length };
  };
  const happen = async () => {
    clock.at += 5000;
    const occurredAt = new Date(clock.at).toISOString();
    const given = signal({ component, occurredAt, severity: level, details: 'no', error: { message: 'no' } });
    const incoming = { source: 'ci', signal: given, bodyHash: newName('body') };
    const recorded = (await recordSignals(ports, [incoming])).get(incoming);
    if (recorded?.kind !== 'stored') throw new Error(`answered ${recorded?.kind}`);
    return recorded;
  };

  const opened = await cost(happen);
  const { failureId } = opened.answer;
  const effects = await cost(() => carryOutEffects(ports, { failureId }));
  // The second one within the hour lets one item at a time through; every later one finds it so.
  await happen();
  const repeated = await cost(happen);
  expect((await ports.failures.get(failureId))?.failure.level).toBe(level);
  expect({ opened: opened.requests, effects: effects.requests, repeated: repeated.requests }).toEqual({
    opened: 6,
    effects: 18,
    repeated: 5,
  });
});
