import { describe, expect, it } from 'vitest';
import type { GateHolder } from '../../../lib/gate/gate.ts';
import { newFailureId, newName } from './samples.ts';
import type { Stores } from './stores.ts';

const noon = '2026-11-03T12:00:00.000Z';

export function gateHolder(given: Partial<GateHolder> = {}): GateHolder {
  return {
    schema: 1,
    scope: newName('shop'),
    id: 'cause#quota',
    mode: 'hold',
    reason: 'usage limit reached — „später“ 🏺',
    opens: 'at 15:00, then one item is tried',
    failureId: newFailureId(),
    cause: 'quota',
    by: 'system:protocol',
    at: noon,
    until: '2026-11-03T15:00:00.000Z',
    rev: newName('rev'),
    ...given,
  };
}

export function gateStoreContract(name: string, stores: () => Stores): void {
  const store = () => stores().gates;
  const at = async (scope: string) => {
    const { holders, opened } = await store().read();
    return {
      holders: holders.filter((one) => one.scope === scope),
      opened: opened.filter((one) => one.scope === scope),
    };
  };
  const shut = async (given: Partial<GateHolder> = {}) => {
    const holder = gateHolder(given);
    expect(await store().put(holder, { expected: undefined })).toBe(true);
    return holder;
  };

  describe(`GateStore contract: ${name}`, () => {
    it('returns what was written, field for field, each holder of a scope by itself', async () => {
      const holder = await shut({ canary: { workItemId: 'W-1', until: noon }, failedCanaries: 2 });
      const { until: _, cause: __, failureId: ___, ...bare } = gateHolder({ scope: holder.scope, id: 'hand#U1' });
      await store().put({ ...bare, mode: 'stop' }, { expected: undefined });
      const { holders } = await at(holder.scope);
      expect(holders.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toStrictEqual([holder, { ...bare, mode: 'stop' }]);
    });

    it('lets exactly one of several who shut the same for the same reason win', async () => {
      const scope = newName('race');
      const drafts = [1, 2, 3, 4].map(() => gateHolder({ scope }));
      const won = await Promise.all(drafts.map((draft) => store().put(draft, { expected: undefined })));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await at(scope)).holders).toStrictEqual([drafts[won.indexOf(true)]]);
    });

    it('replaces only the holder that was read, and leaves nothing of the old one', async () => {
      const holder = await shut({ canary: { workItemId: 'W-1', until: noon } });
      const { canary: _, until: __, ...rest } = holder;
      const next: GateHolder = { ...rest, mode: 'stop', rev: newName('rev') };
      expect(await store().put(next, { expected: newName('rev') })).toBe(false);
      expect(await store().put(next, { expected: holder.rev })).toBe(true);
      expect(await store().put(next, { expected: holder.rev })).toBe(false);
      expect((await at(holder.scope)).holders).toStrictEqual([next]);
    });

    it('gives the one canary slot to one of eight who ask at once', async () => {
      const holder = await shut();
      const claims = Array.from({ length: 8 }, (_, n) => ({
        ...holder,
        canary: { workItemId: `W-${n}`, until: noon },
        rev: newName('rev'),
      }));
      const won = await Promise.all(claims.map((claim) => store().put(claim, { expected: holder.rev })));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await at(holder.scope)).holders).toStrictEqual([claims[won.indexOf(true)]]);
    });

    it('removes only the holder that was read, once', async () => {
      const holder = await shut();
      expect(await store().remove({ ...holder, rev: newName('rev') })).toBe(false);
      expect(await store().remove(holder)).toBe(true);
      expect(await store().remove(holder)).toBe(false);
      expect(await at(holder.scope)).toEqual({ holders: [], opened: [] });
    });

    it('remembers what was opened until it is shut again', async () => {
      const holder = await shut();
      expect(await store().remove(holder, { opened: { by: 'U1', at: noon } })).toBe(true);
      expect(await store().remove(holder, { opened: { by: 'U2', at: noon } })).toBe(false);
      const { scope, id } = holder;
      const opened = { scope, id, failureId: holder.failureId, by: 'U1', at: noon };
      expect(await at(scope)).toStrictEqual({ holders: [], opened: [opened] });
      await store().told({ ...opened, at: '2026-11-03T12:00:01.000Z' });
      expect(await at(scope)).toStrictEqual({ holders: [], opened: [opened] });
      await store().told(opened);
      expect(await at(scope)).toStrictEqual({ holders: [], opened: [{ ...opened, isTold: true }] });
      expect(await store().put(holder, { expected: holder.rev })).toBe(false);
      const again = await shut({ scope });
      expect(await at(scope)).toStrictEqual({ holders: [again], opened: [] });
    });

    it('keeps the registry, the last one published and nothing of those before', async () => {
      const component = newName('shop');
      await store().publish({ schema: 1, dependsOn: { gone: ['x'] }, doneWorkDays: 9, publishedAt: noon });
      const registry = { schema: 1 as const, dependsOn: { [component]: ['account:claude', 'db'] }, publishedAt: noon };
      await store().publish(registry);
      expect((await store().read()).registry).toStrictEqual(registry);
      expect(await store().registry()).toStrictEqual(registry);
    });
  });
}
