import { describe, expect, it } from 'vitest';
import { VersionConflictError } from '../../../lib/errors.ts';
import { WorkItem, type WorkItemId } from '../../../lib/work/work-item.ts';
import { claimed, finished } from '../../../lib/work/work-moves.ts';
import { newName } from './samples.ts';
import type { Stores } from './stores.ts';

const noon = '2026-11-03T12:00:00.000Z';

type Pending = Extract<WorkItem, { state: 'pending' }>;

export function pendingWork(given: Partial<Record<keyof Pending, unknown>> = {}): Pending {
  return WorkItem.parse({
    schema: 1,
    id: newName('W'),
    version: 1,
    kind: 'task',
    title: 'Orders by date „später“ 🏺',
    notes: 'a\tb\nc',
    component: 'checkout',
    priority: 200,
    estimateMinutes: 0,
    requirements: ['one', 'two'],
    createdAt: noon,
    createdBy: 'U1',
    lastAction: { id: newName('add'), by: 'U1', at: noon },
    state: 'pending',
    ...given,
  }) as Pending;
}

export function workStoreContract(name: string, stores: () => Stores): void {
  const store = () => stores().work;
  const created = async (given: Partial<Record<keyof Pending, unknown>> = {}, dues = {}) => {
    const item = pendingWork(given);
    expect(await store().create(item, dues)).toBe('created');
    return item;
  };
  const claim = (item: Pending) =>
    claimed(item, { holder: 'host-1', token: newName('token'), claimedAt: noon, until: '2026-11-03T12:30:00.000Z' });
  const ids = async (query: Parameters<ReturnType<typeof store>['list']>[0]) =>
    (await store().list(query)).lines.map(({ id }) => id);

  describe(`WorkStore contract: ${name}`, () => {
    it('returns what was created, field for field, and knows nothing else', async () => {
      const item = await created({}, { remind: 50 });
      expect(await store().get(item.id)).toStrictEqual({
        item,
        dues: { remind: 50 },
        attentionAt: 50,
        rev: 1,
        sweepAttempts: 0,
      });
      expect(await store().get(newName('W') as WorkItemId)).toBeUndefined();
    });

    it('creates an item once: its own repeated write succeeds, another one is told', async () => {
      const item = await created();
      expect(await store().create(item, {})).toBe('created');
      expect(await store().create({ ...pendingWork(), id: item.id }, {})).toBe('exists');
      expect((await store().get(item.id))?.item).toStrictEqual(item);
    });

    it('leaves nothing of the old state, and replaces the dues', async () => {
      const item = await created({}, { remind: 90 });
      const taken = claim(item);
      await store().save(taken, { expectedVersion: 1, dues: { lease: 70 } });
      expect(await store().get(item.id)).toStrictEqual({
        item: taken,
        dues: { lease: 70 },
        attentionAt: 70,
        rev: 2,
        sweepAttempts: 0,
      });
      const done = finished(taken, { by: 'host-1', at: new Date(noon), actionId: newName('done') }, undefined);
      await store().save(done, { expectedVersion: 2, dues: {}, expiresAt: new Date(noon) });
      expect(await store().get(item.id)).toStrictEqual({ item: done, dues: {}, rev: 3, sweepAttempts: 0 });
    });

    it('lets exactly one of many claimers win, and takes its own repeated write for success', async () => {
      const item = await created();
      const claims = Array.from({ length: 8 }, () => claim(item));
      const save = (move: WorkItem) => store().save(move, { expectedVersion: 1, dues: { lease: 1 } });
      const outcomes = await Promise.allSettled(claims.map(save));
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(7);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(VersionConflictError);
      const winner = claims[outcomes.findIndex(({ status }) => status === 'fulfilled')];
      expect((await store().get(item.id))?.item).toStrictEqual(winner);
      if (winner) await save(winner);
      await expect(save(claim(item))).rejects.toBeInstanceOf(VersionConflictError);
      expect((await store().get(item.id))?.rev).toBe(2);
    });

    it('refuses to save an item that was never created', async () => {
      const item = claim(pendingWork());
      await expect(store().save(item, { expectedVersion: 1, dues: {} })).rejects.toBeInstanceOf(VersionConflictError);
      expect(await store().get(item.id)).toBeUndefined();
    });

    it('lists a state by priority, then age, a page at a time, and moves an item from list to list', async () => {
      const component = newName('shop');
      const late = await created({ component, priority: 300, createdAt: '2026-11-03T12:00:01.000Z' });
      const early = await created({ component, priority: 300 });
      const first = await created({ component, priority: 20, dueAt: '2026-12-07T12:00:00.000Z' });
      const last = await created({ component, priority: 1000 });
      const order = [first.id, early.id, late.id, last.id];
      expect(await ids({ state: 'pending', component, limit: 10 })).toEqual(order);

      const pages: string[][] = [];
      let after: string | undefined;
      do {
        const page = await store().list({ state: 'pending', component, limit: 3, ...(after ? { after } : {}) });
        pages.push(page.lines.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(pages).toEqual([order.slice(0, 3), order.slice(3)]);
      const [line] = (await store().list({ state: 'pending', component, limit: 1 })).lines;
      expect(line).toEqual({
        id: first.id,
        component,
        priority: 20,
        complexity: 2,
        createdAt: noon,
        dueOn: '2026-12-07',
      });

      await store().save(claim(early), { expectedVersion: 1, dues: {} });
      expect(await ids({ state: 'pending', component, limit: 10 })).toEqual([first.id, late.id, last.id]);
      expect(await ids({ state: 'in-progress', component, limit: 10 })).toEqual([early.id]);
    });

    it('lists all components’ items together, in one order', async () => {
      const one = await created({ component: newName('a'), priority: 0, createdAt: '2001-01-01T00:00:00.000Z' });
      const two = await created({ component: newName('b'), priority: 0, createdAt: '2001-01-01T00:00:01.000Z' });
      const listed = (await ids({ state: 'pending', limit: 500 })).filter((id) => id === one.id || id === two.id);
      expect(listed).toEqual([one.id, two.id]);
    });

    it('reads many in the order that they were asked for', async () => {
      const items = await Promise.all([created(), created(), created()]);
      const wanted = [items[2], items[0], items[1]].flatMap((item) => (item ? [item] : []));
      const unknown = newName('W') as WorkItemId;
      const [head, ...rest] = wanted.map(({ id }) => id);
      expect(await store().getAll([head ?? unknown, unknown, ...rest])).toStrictEqual(wanted);
      expect(await store().getAll([])).toEqual([]);
    });

    it('is found by the sweep when its lease runs out', async () => {
      const item = await created();
      await store().save(claim(item), { expectedVersion: 1, dues: { lease: 40 } });
      const target = { kind: 'work' as const, workItemId: item.id };
      const found = async () =>
        (await stores().attention.due(41, 10_000)).some(
          (due) => due.target.kind === 'work' && due.target.workItemId === item.id,
        );
      expect(await found()).toBe(true);
      expect(await stores().attention.read(target)).toMatchObject({ dues: { lease: 40 }, attentionAt: 40 });
      const read = await stores().attention.read(target);
      if (read) expect(await stores().attention.pushBack(read, 90, { attempts: 1 })).toBe(true);
      expect(await found()).toBe(false);
      expect(await store().get(item.id)).toMatchObject({ dues: { lease: 90 }, sweepAttempts: 1 });
    });
  });
}
