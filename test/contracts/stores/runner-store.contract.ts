import { describe, expect, it } from 'vitest';
import type { RunnerPresence } from '../../../lib/recovery/command.ts';
import { newName, newRunId } from './samples.ts';
import type { Stores } from './stores.ts';

export function runnerStoreContract(name: string, stores: () => Stores): void {
  const store = () => stores().runners;
  const presence = (given: Partial<RunnerPresence> = {}): RunnerPresence => ({
    version: 1,
    kind: 'presence',
    runner: newName('host'),
    at: '2026-11-03T12:00:00.000Z',
    release: '0.1.0',
    host: 'host-1.example',
    startedAt: '2026-11-03T11:00:00.000Z',
    abilities: { shop: ['rollback-and-retry', 'diagnose'], api: [] },
    actions: { shop: ['failover'], api: [] },
    ...given,
  });
  const known = async (runner: string) => (await store().list()).filter((each) => each.runner === runner);

  describe(`RunnerStore contract: ${name}`, () => {
    it('lists what each runner said last, and when it was heard', async () => {
      const one = presence();
      const other = presence({ runId: newRunId() });
      await store().heard(one, new Date('2026-11-03T12:00:02.000Z'));
      await store().heard(other, new Date('2026-11-03T12:00:03.000Z'));
      expect(await known(one.runner)).toStrictEqual([{ ...one, heardAt: '2026-11-03T12:00:02.000Z' }]);
      expect(await known(other.runner)).toStrictEqual([{ ...other, heardAt: '2026-11-03T12:00:03.000Z' }]);
    });

    it('keeps what was heard last, nothing of it left over, whatever order it arrives in', async () => {
      const first = presence({ runId: newRunId() });
      const { runId: _runId, ...rest } = first;
      const second = { ...rest, abilities: { shop: ['clean' as const] } };
      await store().heard(first, new Date('2026-11-03T12:00:00.000Z'));
      await store().heard(second, new Date('2026-11-03T12:01:00.000Z'));
      await store().heard(first, new Date('2026-11-03T12:00:30.000Z'));
      expect(await known(first.runner)).toStrictEqual([{ ...second, heardAt: '2026-11-03T12:01:00.000Z' }]);
    });
  });
}
