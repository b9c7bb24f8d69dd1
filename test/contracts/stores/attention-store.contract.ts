import { describe, expect, it } from 'vitest';
import type { DueKind, Dues } from '../../../lib/attention/attention.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import type { AttentionItem, AttentionTarget } from '../../../lib/ports.ts';
import { acknowledged, newFailureId, newFingerprint, openFailure, requestedRun, runningRun } from './samples.ts';
import type { Stores } from './stores.ts';

export function attentionStoreContract(name: string, stores: () => Stores): void {
  const opened = async (dues: Dues = {}) => {
    const failure = openFailure();
    await stores().failures.open(failure, dues);
    return { failure, id: failure.id, target: { kind: 'failure' as const, failureId: failure.id } };
  };
  const read = async (target: AttentionTarget): Promise<AttentionItem> => {
    const item = await stores().attention.read(target);
    if (!item) throw new Error('nothing is due');
    return item;
  };
  /** What stands, and that the index agrees: found right after attentionAt, and not before. */
  const standing = async (id: FailureId) => {
    const stored = await stores().failures.get(id);
    const { dues, attentionAt, sweepAttempts, parked } = stored ?? {};
    const isFound = async (before: number) => {
      const found = await stores().attention.due(before, 10_000);
      return found.some(({ target }) => target.kind === 'failure' && target.failureId === id);
    };
    expect(await isFound((attentionAt ?? Number.MAX_SAFE_INTEGER / 100) + 1)).toBe(attentionAt !== undefined);
    if (attentionAt !== undefined) expect(await isFound(attentionAt)).toBe(false);
    return { dues, attentionAt, sweepAttempts, parked };
  };
  const add = (id: FailureId, kind: DueKind, at: number, onlyIfAbsent = false) =>
    stores().failures.addDue(id, kind, at, { onlyIfAbsent });

  describe(`Attention contract: ${name}`, () => {
    it('finds nothing for what has no due', async () => {
      const { id, target } = await opened();
      expect(await standing(id)).toMatchObject({ dues: {}, attentionAt: undefined });
      expect(await stores().attention.read(target)).toBeUndefined();
      expect(await stores().attention.read({ kind: 'failure', failureId: newFailureId() })).toBeUndefined();
    });

    it('lets one of several put a due off, and leaves the sweep’s attempts', async () => {
      const { id, target } = await opened({ show: 300, learn: 700 });
      const { failures, attention } = stores();
      await attention.pushBack(await read(target), 400, { attempts: 3 });
      const rev = (await failures.get(id))?.rev ?? 0;
      const moves = [800, 800, 900].map((until) => failures.postpone(id, 'show', { from: 400, until, rev }));
      expect((await Promise.all(moves)).filter(Boolean)).toHaveLength(1);
      expect(await standing(id)).toMatchObject({ dues: { learn: 700 }, attentionAt: 700, sweepAttempts: 3 });
      const from = (await failures.get(id))?.dues.show ?? 0;
      await add(id, 'show', 950);
      expect(await failures.postpone(id, 'show', { from, until: 990, rev })).toBe(false);
      await attention.park(await read(target), 'in vain');
      const parkedAt = (await failures.get(id))?.rev ?? 0;
      expect(await failures.postpone(id, 'show', { from, until: 990, rev: parkedAt })).toBe(false);
    });

    it('keeps the earlier due of a kind, and looks at the earliest of all', async () => {
      const { id } = await opened();
      await add(id, 'show', 500);
      expect(await standing(id)).toMatchObject({ dues: { show: 500 }, attentionAt: 500 });
      await add(id, 'show', 900);
      await add(id, 'learn', 700);
      expect(await standing(id)).toMatchObject({ dues: { show: 500, learn: 700 }, attentionAt: 500 });
      await add(id, 'learn', 300);
      expect(await standing(id)).toMatchObject({ dues: { show: 500, learn: 300 }, attentionAt: 300 });
    });

    it('leaves a due that stands, when asked to, says so, and writes nothing', async () => {
      const { id } = await opened();
      expect(await add(id, 'counts', 500, true)).toBe(true);
      const rev = (await stores().failures.get(id))?.rev ?? 0;
      for (const at of [300, 500, 900]) expect(await add(id, 'counts', at, true)).toBe(false);
      expect(await standing(id)).toMatchObject({ dues: { counts: 500 }, attentionAt: 500 });
      // So whoever shows the count during a storm of signals gets to its end.
      expect(await stores().failures.clearDues(id, ['counts'], rev)).toBe(true);
    });

    it('adds such a due once, however many ask at the same time', async () => {
      const { id } = await opened();
      const added = await Promise.all([700, 700, 700, 700].map((at) => add(id, 'counts', at, true)));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await standing(id)).toMatchObject({ dues: { counts: 700 }, attentionAt: 700 });
    });

    it('saves the dues of a state with it, whether they fall earlier or later than what stands', async () => {
      const { id, failure } = await opened({ learn: 500 });
      const second = acknowledged(failure);
      await stores().failures.saveState(second, { expectedVersion: 1, dues: { show: 700 } });
      expect(await standing(id)).toMatchObject({ dues: { learn: 500, show: 700 }, attentionAt: 500 });
      await stores().failures.saveState(acknowledged(second), { expectedVersion: 2, dues: { show: 100 } });
      expect(await standing(id)).toMatchObject({ dues: { learn: 500, show: 100 }, attentionAt: 100 });
    });

    it('clears dues only as they were read, even when the one added since stood already', async () => {
      const { id } = await opened({ show: 500, learn: 600 });
      const { failures } = stores();
      const rev = (await failures.get(id))?.rev ?? 0;
      await add(id, 'show', 500);
      expect(await failures.clearDues(id, ['show'], rev)).toBe(false);
      expect(await failures.clearDues(id, ['show', 'counts'], rev + 1)).toBe(true);
      expect(await standing(id)).toMatchObject({ dues: { learn: 600 }, attentionAt: 600 });
      expect(await failures.clearDues(id, ['learn'], rev + 1)).toBe(true);
      expect(await standing(id)).toMatchObject({ dues: {}, attentionAt: undefined });
    });

    it('lets one of two sweeps push an item back, with what is due, and counts the attempt', async () => {
      const { id, target } = await opened({ show: 100, learn: 200, counts: 5000 });
      const { attention } = stores();
      const item = await read(target);
      expect(item).toEqual({
        target,
        dues: { show: 100, learn: 200, counts: 5000 },
        attentionAt: 100,
        rev: 1,
        attempts: 0,
      });
      const pushes = [1, 2, 3].map(() => attention.pushBack(item, 900, { attempts: 1 }));
      expect((await Promise.all(pushes)).filter(Boolean)).toHaveLength(1);
      expect(await standing(id)).toMatchObject({
        dues: { show: 900, learn: 900, counts: 5000 },
        attentionAt: 900,
        sweepAttempts: 1,
      });
    });

    it('does not push back what falls due between this sweep and the next attempt', async () => {
      const { id, target } = await opened({ show: 100, counts: 500 });
      await stores().attention.pushBack(await read(target), 900, { attempts: 3, dueBefore: 300 });
      expect(await standing(id)).toMatchObject({
        dues: { show: 900, counts: 500 },
        attentionAt: 500,
        sweepAttempts: 3,
      });
    });

    it('pushes nothing back that was cleared or added meanwhile', async () => {
      const { id, target } = await opened({ show: 100, learn: 200 });
      const { attention, failures } = stores();
      const beforeClear = await read(target);
      await failures.clearDues(id, ['show'], beforeClear.rev);
      expect(await attention.pushBack(beforeClear, 900)).toBe(false);
      const beforeAdd = await read(target);
      await add(id, 'learn', 150);
      expect(await attention.pushBack(beforeAdd, 900)).toBe(false);
      expect(await attention.park(beforeAdd, 'no answer')).toBe(false);
      expect(await attention.forget(beforeAdd)).toBe(false);
      expect(await standing(id)).toMatchObject({ dues: { learn: 150 }, attentionAt: 150, sweepAttempts: 0 });
    });

    it('starts counting attempts anew once something is added or cleared', async () => {
      const { id, target } = await opened({ show: 100, learn: 100 });
      const { attention, failures } = stores();
      await attention.pushBack(await read(target), 900, { attempts: 4 });
      await add(id, 'counts', 800);
      expect(await standing(id)).toMatchObject({ attentionAt: 800, sweepAttempts: 0 });
      await attention.pushBack(await read(target), 1000, { attempts: 4 });
      await failures.clearDues(id, ['learn'], (await read(target)).rev);
      expect(await standing(id)).toMatchObject({ dues: { show: 1000, counts: 1000 }, sweepAttempts: 0 });
    });

    it('forgets what is left early: gone when nothing is due, else at its real time', async () => {
      const { id, target } = await opened({ show: 500 });
      const { attention } = stores();
      const item = await read(target);
      expect(await attention.forget({ ...item, dues: { show: 500 } })).toBe(true);
      expect(await standing(id)).toMatchObject({ attentionAt: 500 });
      await stores().failures.clearDues(id, ['show'], item.rev);
      expect(await attention.forget(item)).toBe(false);
      expect(await standing(id)).toMatchObject({ dues: {}, attentionAt: undefined });
    });

    it('parks an item with its reason, out of the index, until something new is due', async () => {
      const { id, target, failure } = await opened({ show: 100, learn: 200 });
      const { attention, failures } = stores();
      const park = async (kinds = ['show', 'learn']) => {
        await attention.pushBack(await read(target), 900, { attempts: 12 });
        expect(await attention.park(await read(target), 'Slack did not answer')).toBe(true);
        const parked = { attentionAt: undefined, parked: 'Slack did not answer' };
        expect(await standing(id)).toMatchObject({
          dues: Object.fromEntries(kinds.map((kind) => [kind, 900])),
          ...parked,
        });
        expect(await attention.read(target)).toBeUndefined();
        // The index may lag behind a moment.
        await expect.poll(listed).toEqual([{ target, reason: 'Slack did not answer' }]);
      };
      const listed = async () =>
        (await attention.parked(500)).filter((one) => 'failureId' in one.target && one.target.failureId === id);
      await park();
      await add(id, 'counts', 5000);
      const back = { attentionAt: 900, parked: undefined, sweepAttempts: 0 };
      expect(await standing(id)).toMatchObject({ dues: { show: 900, learn: 900, counts: 5000 }, ...back });
      await expect.poll(listed).toEqual([]);
      await failures.clearDues(id, ['counts'], (await read(target)).rev);
      await park();
      await failures.saveState(acknowledged(failure), { expectedVersion: 1, dues: { show: 7000 } });
      expect(await standing(id)).toMatchObject({ dues: { show: 900, learn: 900 }, ...back });
      await park();
      await failures.clearDues(id, ['show'], (await failures.get(id))?.rev ?? 0);
      expect(await standing(id)).toMatchObject({ dues: { learn: 900 }, ...back });
      await park(['learn']);
      expect(await add(id, 'learn', 5000, true)).toBe(true);
      expect(await standing(id)).toMatchObject({ dues: { learn: 900 }, ...back });
    });

    it('answers with what is due first, of every kind, as much as was asked for', async () => {
      const { id } = await opened({ show: 3 });
      const run = requestedRun(id);
      await stores().runs.create(run, { run: 2 });
      const fingerprint = newFingerprint();
      const intent = { fingerprint, template: 't', batch: 'b', signals: [], newFailureId: id, at: new Date(0) };
      await stores().ledger.intend({ ...intent, settleDueAt: 1 });
      const all = await stores().attention.due(4, 10_000);
      const targets = all.map(({ target }) => target);
      const mine = targets.filter((t) =>
        'fingerprint' in t ? t.fingerprint === fingerprint : 'failureId' in t && t.failureId === id,
      );
      expect(mine).toEqual([
        { kind: 'group', fingerprint },
        { kind: 'run', failureId: id, runId: run.id },
        { kind: 'failure', failureId: id },
      ]);
      expect(await stores().attention.due(4, 2)).toEqual(all.slice(0, 2));
      expect(await stores().attention.due(4, 2, all[0]?.place)).toEqual(all.slice(1, 3));
      expect(await stores().attention.due(4, 2, all.at(-1)?.place)).toEqual([]);
    });

    it('answers page after page with everything that is due, once, in order', async () => {
      const opens = Array.from({ length: 25 }, (_, n) => opened({ show: 1000 + (n % 4) }));
      const ids = (await Promise.all(opens)).map(({ id }) => id as string);
      const found: string[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await stores().attention.due(1003, 3, after);
        if (page.length === 0) break;
        for (const { place, target } of page) {
          if (after !== undefined) expect(place > after).toBe(true);
          after = place;
          if (target.kind === 'failure') found.push(target.failureId);
        }
      }
      const due = ids.filter((_, n) => n % 4 < 3);
      expect(found.filter((id) => ids.includes(id)).toSorted()).toEqual(due.toSorted());
    });

    it('pushes a run back, and the next state of the run has its own due', async () => {
      const run = requestedRun();
      const { runs, attention } = stores();
      await runs.create(run, { run: 100 });
      const target = { kind: 'run' as const, failureId: run.failureId, runId: run.id };
      const item = await read(target);
      expect(await attention.pushBack(item, 900, { attempts: 1 })).toBe(true);
      expect(await runs.get(run.failureId, run.id)).toMatchObject({ dues: { run: 900 }, attentionAt: 900 });
      await runs.save(runningRun(run), { expectedVersion: 1, dues: { run: 400 } });
      expect(await attention.pushBack({ ...item, attentionAt: 400, dues: { run: 400 } }, 1000)).toBe(false);
      expect(await read(target)).toMatchObject({ dues: { run: 400 }, attentionAt: 400, attempts: 0 });
    });

    describe('of groups', () => {
      const intend = (fingerprint = newFingerprint(), batch = 'b1', settleDueAt = 1000) =>
        stores().ledger.intend({
          fingerprint,
          template: 't',
          batch,
          signals: [],
          newFailureId: newFailureId(),
          at: new Date(settleDueAt - 100),
          settleDueAt,
        });
      const targetOf = (fingerprint: ReturnType<typeof newFingerprint>) => ({ kind: 'group' as const, fingerprint });

      it('are due as long as an intent is open, and forgotten after', async () => {
        const { fingerprint } = await intend();
        const { attention, ledger } = stores();
        const target = targetOf(fingerprint);
        expect(await read(target)).toMatchObject({ dues: { settle: 1000 }, attentionAt: 1000, attempts: 0 });
        await attention.pushBack(await read(target), 2000, { attempts: 1 });
        expect(await read(target)).toMatchObject({ dues: { settle: 2000 }, attentionAt: 2000, attempts: 1 });
        await ledger.settle({ fingerprint, batch: 'b1', count: 0 });
        const left = await read(target);
        expect(left).toMatchObject({ dues: {}, attempts: 0 });
        expect(await attention.forget(left)).toBe(true);
        expect(await attention.read(target)).toBeUndefined();
      });

      it('are pushed back by one of two sweeps', async () => {
        const { fingerprint } = await intend();
        const item = await read(targetOf(fingerprint));
        const pushes = [1, 2, 3].map(() => stores().attention.pushBack(item, 2000, { attempts: 1 }));
        expect((await Promise.all(pushes)).filter(Boolean)).toHaveLength(1);
      });

      it('are looked at in time for a new intent, however far the sweep had pushed them back', async () => {
        const { fingerprint } = await intend();
        const target = targetOf(fingerprint);
        await stores().attention.pushBack(await read(target), 90_000);
        await intend(fingerprint, 'b2', 3000);
        expect((await read(target)).attentionAt).toBe(3000);
        await intend(fingerprint, 'b3', 4000);
        expect((await read(target)).attentionAt).toBe(3000);
      });

      it('are not forgotten when an intent came since they were read', async () => {
        const { fingerprint } = await intend();
        const { attention, ledger } = stores();
        await ledger.settle({ fingerprint, batch: 'b1', count: 0 });
        const left = await read(targetOf(fingerprint));
        await intend(fingerprint, 'b2', 5000);
        expect(await attention.forget(left)).toBe(false);
        expect(await read(targetOf(fingerprint))).toMatchObject({ dues: { settle: 1000 }, attentionAt: 1000 });
      });

      it('are parked and come back with the next intent', async () => {
        const { fingerprint } = await intend();
        const target = targetOf(fingerprint);
        expect(await stores().attention.park(await read(target), 'cannot settle')).toBe(true);
        expect(await stores().attention.read(target)).toBeUndefined();
        await intend(fingerprint, 'b2', 5000);
        expect(await read(target)).toMatchObject({ dues: { settle: 5000 }, attentionAt: 5000 });
      });
    });
  });
}
