import { expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { Failure } from '../../../lib/failure/failure.ts';
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
