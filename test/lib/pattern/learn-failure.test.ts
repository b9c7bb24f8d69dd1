import { expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { Failure } from '../../../lib/failure/failure.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { acknowledge } from '../../../lib/failure/moves/by-people.ts';
import { learnFailure } from '../../../lib/pattern/learn-failure.ts';
import type { FailureMemory } from '../../../lib/ports.ts';

const at = '2026-11-22T03:00:00.000Z';
const opened = Failure.parse({
  schema: 1,
  id: 'F-7K3Q9D',
  version: 1,
  episode: 1,
  status: 'open',
  component: 'orders',
  fingerprint: 'v1#0123456789abcdef',
  title: 'GET /orders answers 500',
  level: 3,
  levelReasons: ['an API is broken'],
  firstOpenedAt: at,
  openedAt: at,
  report: { whatHappened: 'x' },
  lastAction: { id: 'a', by: 'system:ingest', at },
  latestEntry: { version: 1, at, by: 'system:ingest', kind: 'opened', text: 'Opened' },
});
const quiet = {
  hints: {
    notify: async () => undefined,
    learn: async () => undefined,
    recovery: async () => undefined,
    effects: async () => undefined,
    work: async () => undefined,
  },
  log: () => undefined,
};

it('leaves memory with the newest state when a slow write of an older one lands last', async () => {
  // Guards against: v1 read, v2 saved, learned and cleared, then v1's upsert lands, with no due left to mend it.
  const { failures, reports, checklists } = memoryStores();
  await failures.open(opened, { learn: Date.parse(at) });
  let kept: Failure | undefined;
  let isFirst = true;
  const memory: FailureMemory = {
    similar: async () => [],
    async remember(failure) {
      if (isFirst) {
        isFirst = false;
        const { failure: next } = acknowledge(opened, { by: 'U1', at: new Date(at), actionId: 'b' });
        await failures.saveState(next, { expectedVersion: 1, dues: { learn: Date.parse(at) } });
        await learnFailure({ failures, memory, reports, checklists, ...quiet }, opened.id);
      }
      kept = failure;
    },
  };
  await learnFailure({ failures, memory, reports, checklists, ...quiet }, opened.id);
  expect(kept?.status).toBe('acknowledged');
  expect((await failures.get(opened.id))?.dues).toEqual({});
});

it('names the neighbours with their cards, where they have one', async () => {
  const stores = memoryStores();
  const other = { ...opened, id: 'F-8W4RTX' as FailureId };
  for (const failure of [opened, other]) await stores.failures.open(failure, {});
  const lease = { holder: 'h', until: Date.parse(at) + 1000, now: Date.parse(at) };
  await stores.failures.leaseCard(other.id, 'C1#1', lease);
  const place = { channel: 'C1', ts: '1.1', permalink: 'https://example.slack.com/archives/C1/p11' };
  const card = {
    channel: 'C1',
    episode: 1,
    place,
    shownVersion: 1,
    shownCount: 1,
    threadedVersion: 1,
    runMessages: {},
  };
  expect(await stores.failures.saveCard(other.id, 'C1#1', card, { holder: 'h' })).toBe(true);
  const found = { title: 'x', component: 'orders', level: 3, status: 'open', lastSeenAt: at, outcomes: [] } as const;
  const similar = ['F-8W4RTX', 'F-9AAAAA'].map((id) => ({ ...found, failureId: id as FailureId, outcomes: [] }));
  const memory: FailureMemory = { remember: async () => undefined, similar: async () => similar };
  await learnFailure({ ...stores, memory, ...quiet }, opened.id);
  expect((await stores.failures.get(opened.id))?.failure.similar.map(({ permalink }) => permalink)).toEqual([
    place.permalink,
    undefined,
  ]);
});
