import { describe, expect, it } from 'vitest';
import { VersionConflictError } from '../../../lib/errors.ts';
import type { RecoveryRun } from '../../../lib/recovery/run.ts';
import { newFailureId, newName, newRunId, requestedRun, runningRun } from './samples.ts';
import type { Stores } from './stores.ts';

export function runStoreContract(name: string, stores: () => Stores): void {
  const store = () => stores().runs;
  const created = async (dues = {}) => {
    const run = requestedRun();
    expect(await store().create(run, dues)).toBe('created');
    return run;
  };
  const stored = (run: RecoveryRun) => store().get(run.failureId, run.id);

  describe(`RunStore contract: ${name}`, () => {
    it('returns what was created, field for field, and knows nothing else', async () => {
      const run = await created({ run: 50 });
      expect(await stored(run)).toStrictEqual({ run, dues: { run: 50 }, attentionAt: 50, rev: 1, sweepAttempts: 0 });
      expect(await store().get(run.failureId, newRunId())).toBeUndefined();
    });

    it('creates a run once: its own repeated write succeeds, another one is told', async () => {
      const run = await created();
      expect(await store().create(run, {})).toBe('created');
      const other = { ...run, lastAction: { ...run.lastAction, id: newName('other') } };
      expect(await store().create(other, {})).toBe('exists');
      expect((await stored(run))?.run).toStrictEqual(run);
    });

    it('leaves nothing of the old state, and replaces the dues', async () => {
      const run = await created({ run: 50, show: 40 });
      const running = runningRun(run);
      await store().save(running, { expectedVersion: 1, dues: { run: 90 } });
      expect(await stored(run)).toStrictEqual({
        run: running,
        dues: { run: 90 },
        attentionAt: 90,
        rev: 2,
        sweepAttempts: 0,
      });
      const { heartbeatAt: _, nonce: __, ...rest } = running as Extract<RecoveryRun, { state: 'running' }>;
      const failed: RecoveryRun = {
        ...rest,
        version: 3,
        lastAction: { ...run.lastAction, id: newName('failed') },
        state: 'failed',
        endedAt: run.requestedAt,
        reason: 'the check still fails',
        refs: ['refs/kintsugi/x'],
        canUndo: false,
      };
      await store().save(failed, { expectedVersion: 2, dues: {} });
      expect(await stored(run)).toStrictEqual({ run: failed, dues: {}, rev: 3, sweepAttempts: 0 });
    });

    it('lets exactly one of two concurrent writers win, and takes its own repeated write for success', async () => {
      const run = await created();
      const moves = [1, 2, 3].map(() => runningRun(run));
      const save = (move: RecoveryRun) => store().save(move, { expectedVersion: 1, dues: {} });
      const outcomes = await Promise.allSettled(moves.map(save));
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(2);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(VersionConflictError);
      const winner = moves[outcomes.findIndex(({ status }) => status === 'fulfilled')];
      expect((await stored(run))?.run).toStrictEqual(winner);
      if (winner) await save(winner);
      await expect(save({ ...runningRun(run) })).rejects.toBeInstanceOf(VersionConflictError);
      expect((await stored(run))?.rev).toBe(2);
    });

    it('refuses to save a run that was never created', async () => {
      const run = runningRun(requestedRun());
      await expect(store().save(run, { expectedVersion: 1, dues: {} })).rejects.toBeInstanceOf(VersionConflictError);
      expect(await stored(run)).toBeUndefined();
    });

    it('lists the runs of a failure and of no other', async () => {
      const failureId = newFailureId();
      const runs = [1, 2, 3].map(() => requestedRun(failureId));
      for (const run of [...runs, requestedRun()]) await store().create(run, {});
      expect(await store().list(failureId)).toStrictEqual(runs.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
      expect(await store().list(newFailureId())).toEqual([]);
    });
  });
}
