import { afterAll, beforeAll, expect, it } from 'vitest';
import { dynamoGateStore } from '../../../lib/adapters/dynamodb/gate-store.ts';
import { dynamoTable, type Item, type Table } from '../../../lib/adapters/dynamodb/table.ts';
import type { GateStore } from '../../../lib/gate/gate.ts';
import { gateAnswer } from '../../../lib/gate/may-go-on.ts';
import { openGate } from '../../../lib/gate/open-gate.ts';
import { publishRegistry } from '../../../lib/gate/publish-registry.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { createTable, type EmbeddedTables, startDynalite } from '../embedded-tables.ts';

let tables: EmbeddedTables;
let table: Table;
let gates: GateStore;
beforeAll(async () => {
  tables = await startDynalite();
  await createTable(tables.client, 'gates');
  table = dynamoTable({ tableName: 'gates', client: tables.client });
  gates = dynamoGateStore(table);
});
afterAll(() => tables.stop());

const noon = new Date('2026-11-03T12:00:00.000Z');
const ports = () => ({ gates, ids: { actionId: () => 'next' }, now: () => noon });
const row = (sk: string, item: Item) => table.putIfAbsent({ pk: 'GATES', sk, ...item });
const whole = {
  schema: 1,
  scope: 'x',
  id: 'y',
  mode: 'stop',
  reason: 'r',
  opens: 'o',
  by: 'U1',
  at: noon.toISOString(),
};

// Guards against a row that nobody can open: it said to open it by hand, and that failed for ever.
it.each<[string, Item]>([
  ['a newer schema', { ...whole, schema: 2, scope: 'newer', id: 'y', rev: 'r1' }],
  ['no scope', { ...whole, scope: undefined, rev: 'r1' }],
  ['no rev', whole],
  ['a rev that is none', { ...whole, rev: 7 }],
])('a gate row with %s stops its gate, says what is wrong, and is opened by hand alone', async (what, item) => {
  const scope = what.replaceAll(' ', '-');
  await row(`HOLDER#${scope}#y`, JSON.parse(JSON.stringify({ ...item, ...(item.scope !== undefined && { scope }) })));
  const mine = async () => (await gates.held()).holders.filter((one) => one.scope === scope);
  expect(await mine()).toMatchObject([
    { mode: 'stop', reason: expect.stringMatching(/cannot be read.*\((?:schema|scope|rev):/) },
  ]);
  expect(gateAnswer(await gates.read(), { component: scope }, noon).kind).toBe('stop');
  const again = {
    ...whole,
    scope,
    id: 'y',
    mode: 'hold' as const,
    since: noon.toISOString(),
    until: noon.toISOString(),
  };
  expect((await shutGate(ports(), again)).kind).toBe('unchanged');
  expect(await openGate(ports(), { scope, by: 'U1' })).toHaveLength(1);
  expect(await mine()).toEqual([]);
  expect((await gates.held()).opened).toContainEqual({ scope, id: 'y', by: 'U1', at: noon.toISOString() });
});

it('what does not even say which gate it means holds none, and is named', async () => {
  await row('SOMETHING', { note: 'x' });
  await row('HOLDER#NO SUCH GATE#y', whole);
  expect((await gates.held()).unreadable.toSorted()).toEqual(['HOLDER#NO SUCH GATE#y', 'SOMETHING']);
  expect((await gates.read()).holders.map(({ scope }) => scope)).not.toContain('NO SUCH GATE');
});

it('a checklist that another build published and this one cannot read stops no gate; what depends on what must be read', async () => {
  const at = noon.toISOString();
  const checklists = { shop: { before: [{ text: 'Stop the export' }] }, mail: { before: 'everything' } };
  const registry = { schema: 1, dependsOn: { shop: ['mail'] }, checklists, doneWorkDays: 'some', publishedAt: at };
  await table.putIfAbsent({ pk: 'REGISTRY', sk: 'GATES', ...registry });
  expect(await gates.registry()).toMatchObject({ dependsOn: { shop: ['mail'] }, checklists: { shop: {} } });
  expect(Object.keys((await gates.registry())?.checklists ?? {})).toEqual(['shop']);
  expect(gateAnswer(await gates.read(), { component: 'shop' }, noon).kind).toBe('go');
  const policy = Policy.parse({
    version: 1,
    channels: { default: '#f' },
    components: { mail: {}, shop: { dependsOn: ['mail'] } },
  });
  expect(await publishRegistry({ ...ports(), policy })).toBe('published');
  expect(await gates.registry()).toMatchObject({ dependsOn: { shop: ['mail'] }, checklists: {} });
});
