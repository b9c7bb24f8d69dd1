import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../../../lib/adapters/ids.ts';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { acknowledgeFailure } from '../../../lib/failure/acknowledge-failure.ts';
import type { Failure } from '../../../lib/failure/failure.ts';
import { fileSignal } from '../../../lib/failure/file-signal.ts';
import { forgetFailure } from '../../../lib/failure/forget-failure.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { keepMerged } from '../../../lib/failure/keep-merged.ts';
import { mergeFailures } from '../../../lib/failure/merge-failures.ts';
import { moveFailure } from '../../../lib/failure/move-failure.ts';
import { splitOff } from '../../../lib/failure/moves/merging.ts';
import type { RecordPorts } from '../../../lib/failure/record-signals.ts';
import { regradeFailure } from '../../../lib/failure/regrade-failure.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { splitFailure } from '../../../lib/failure/split-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { countSignals } from '../../../lib/response/count-signals.ts';
import { Signal } from '../../../lib/signal/signal.ts';
import '../../repeatable.ts';

const kinds = ['cart is empty', 'payment refused', 'stock unknown', 'mail not sent'] as const;
type Kind = (typeof kinds)[number];

function desk() {
  const stores = memoryStores();
  const clock = { now: Date.parse('2026-11-23T03:00:00.000Z') };
  const quiet = async () => undefined;
  const hinted: FailureId[] = [];
  const ports: RecordPorts & typeof stores = {
    ...stores,
    ids: randomIds(),
    policy: Policy.parse({ version: 1, channels: { default: '#failures' } }),
    hints: {
      notify: quiet,
      learn: quiet,
      recovery: quiet,
      effects: async ({ failureId }) => void hinted.push(failureId),
      work: quiet,
    },
    now() {
      clock.now += 1000;
      return new Date(clock.now);
    },
    log: () => undefined,
  };
  let sent = 0;
  const fail = (kind: Kind, over: object = {}): Promise<FailureId> => {
    const signal = Signal.parse({
      version: 1,
      id: `s-${++sent}`,
      occurredAt: new Date(clock.now).toISOString(),
      component: 'shop',
      summary: kind,
      error: { message: kind },
      ...over,
    });
    return fileSignal(ports, { source: 'test', signal, bodyHash: JSON.stringify(signal), reporter: 'U0ADA' });
  };
  const read = async (id: FailureId): Promise<Failure> => {
    const stored = await ports.failures.get(id);
    return stored?.failure ?? expect.fail(`${id} is gone`);
  };
  const count = async (id: FailureId) => (await countSignals(ports, await read(id))).counts.count;
  const listed = async () => {
    const { failures } = await ports.failures.listOpen({ limit: 50 });
    return Object.fromEntries(failures.map(({ failure, count }) => [failure.id, count]));
  };
  return { ports, clock, hinted, fail, read, count, listed };
}

const by = 'U0ADA';

describe('two failures that are one', () => {
  let at: ReturnType<typeof desk>;
  let older: FailureId;
  let younger: FailureId;

  beforeEach(async () => {
    at = desk();
    older = await at.fail('cart is empty');
    await at.fail('cart is empty');
    younger = await at.fail('payment refused');
  });
  const merge = (one = older, other = younger) => mergeFailures(at.ports, { ids: [one, other], by });
  const split = (failureId = younger) => splitFailure(at.ports, { failureId, by });

  it.each(['older first', 'younger first'])('the older is kept and counts for both: named %s', async (order) => {
    const outcome = await (order === 'older first' ? merge() : merge(younger, older));
    expect(outcome).toMatchObject({ kind: 'merged', older: { id: older }, younger: { id: younger } });
    expect(await at.count(older)).toBe(3);
    expect(await at.listed()).toEqual({ [older]: 3 });
    expect(await at.read(younger)).toMatchObject({ status: 'merged', mergedInto: older, mergedBy: by });
    expect((await at.read(older)).absorbed).toMatchObject([{ failureId: younger, title: 'payment refused' }]);
    for (const [id, kind] of [[older, 'merged-in'] as const, [younger, 'merged'] as const]) {
      expect((await at.ports.failures.timeline(id)).map((entry) => entry.kind)).toContain(kind);
    }
  });

  it('what comes later of either counts for the older, and raises it', async () => {
    await merge();
    expect(await at.fail('payment refused', { details: 'data corruption in orders', severity: 4 })).toBe(older);
    expect(await at.count(older)).toBe(4);
    expect(await at.read(older)).toMatchObject({ level: 4, status: 'open' });
    expect(await at.read(younger)).toMatchObject({ status: 'merged', level: 2 });
  });

  it('the same report sent once more is answered with the older', async () => {
    const repeated = { id: 'once', occurredAt: '2026-11-23T03:00:00.000Z' };
    expect(await at.fail('payment refused', repeated)).toBe(younger);
    await merge();
    expect(await at.fail('payment refused', repeated)).toBe(older);
    expect(await at.count(older)).toBe(4);
  });

  it('the younger stands for itself again when the older was forgotten while they were merged', async () => {
    await merge();
    await resolveFailure(at.ports, { failureId: older, by });
    await at.ports.failures.addDue(older, 'forget', at.clock.now);
    const { version } = await at.read(older);
    expect(await at.ports.failures.forget(older, { version })).toBe(true);
    await keepMerged(at.ports, younger);
    expect(await at.read(younger)).toMatchObject({
      status: 'open',
      latestEntry: {
        kind: 'split',
        by: 'system:protocol',
        text: expect.stringContaining(`${older} is not kept any more`),
      },
    });
    expect(await at.fail('payment refused')).toBe(younger);
  });

  it('a signal that meets the forgotten older one has the younger split off, where it belongs when it is tried again', async () => {
    await merge();
    await resolveFailure(at.ports, { failureId: older, by });
    await keepMerged(at.ports, younger);
    const stored = await at.ports.failures.get(younger);
    await at.ports.failures.clearDues(younger, ['effects'], stored?.rev ?? 0);
    await at.ports.failures.addDue(older, 'forget', at.clock.now);
    expect(await at.ports.failures.forget(older, { version: (await at.read(older)).version })).toBe(true);

    const repeated = { id: 'late', occurredAt: '2026-11-23T04:00:00.000Z' };
    await expect(at.fail('payment refused', repeated)).rejects.toThrow(`${younger}, merged into it`);
    expect((await at.ports.failures.get(younger))?.dues.effects).toBeDefined();
    expect(at.hinted).toContain(younger);
    await keepMerged(at.ports, younger);
    expect(await at.fail('payment refused', repeated)).toBe(younger);
  });

  it('split, each has its own again, and both remember that they are apart', async () => {
    await merge();
    await at.fail('payment refused');
    expect(await split()).toMatchObject({ kind: 'moved', failure: { status: 'open' } });
    expect(await at.listed()).toEqual({ [older]: 2, [younger]: 2 });
    expect((await at.read(older)).absorbed).toEqual([]);
    expect((await at.read(older)).apartFrom).toEqual([younger]);
    expect((await at.read(younger)).apartFrom).toEqual([older]);
    expect(await split()).toMatchObject({ kind: 'unchanged', because: 'not-merged' });
    expect((await merge()).kind).toBe('merged');
    expect((await at.read(older)).apartFrom).toEqual([]);
  });

  it('what is open opens the older again, however short ago that was resolved', async () => {
    await resolveFailure(at.ports, { failureId: older, by });
    const { resolvedAt } = (await at.read(older)) as { resolvedAt?: string };
    at.clock.now = Date.parse(resolvedAt ?? '') - 1000;
    expect(await merge()).toMatchObject({ kind: 'merged', isReopened: true });
    expect(await at.read(older)).toMatchObject({ status: 'open', episode: 2 });
  });

  it('split from one and merged into another before the first was told, it counts for the other only', async () => {
    const third = await at.fail('stock unknown');
    await merge(younger, third);
    await moveFailure(at.ports, { failureId: third, by }, splitOff, { alsoLearn: true });
    await merge(older, third);
    expect((await at.read(younger)).absorbed).toEqual([]);
    expect(await at.listed()).toEqual({ [older]: 3, [younger]: 1 });
  });

  it('is at least as bad as what came in, and with whoever had that', async () => {
    await regradeFailure(at.ports, { failureId: younger, level: 3, reason: 'Nobody can pay', by });
    await acknowledgeFailure(at.ports, { failureId: younger, by: 'U0BOB' });
    await merge();
    expect(await at.read(older)).toMatchObject({ level: 3, status: 'acknowledged', acknowledgedBy: 'U0BOB' });
    await split();
    expect(await at.read(younger)).toMatchObject({ level: 3, status: 'acknowledged', acknowledgedBy: 'U0BOB' });
  });

  it('split, the older says that it keeps the level that it had from there', async () => {
    const said = async () => (await at.read(older)).latestEntry.text;
    await regradeFailure(at.ports, { failureId: younger, level: 4, reason: 'Nobody can pay', by });
    await merge();
    await split();
    expect(await at.read(older)).toMatchObject({ level: 4 });
    expect(await said()).toMatch(/Its level stays 4, which came from there: before, it was 2\. If .*, re-grade it$/);
  });

  it('split, the older says nothing of a level that somebody gave it since', async () => {
    await regradeFailure(at.ports, { failureId: younger, level: 4, reason: 'Nobody can pay', by });
    await merge();
    await regradeFailure(at.ports, { failureId: older, level: 3, reason: 'Few pay', by });
    await split();
    expect(await at.read(older)).toMatchObject({ level: 3 });
    expect((await at.read(older)).latestEntry.text).toBe(`${younger} is not this failure after all: payment refused`);
  });

  it('needs as many approvals as the worse of both, whatever somebody called it since', async () => {
    await regradeFailure(at.ports, { failureId: younger, level: 5, reason: 'All is down', by });
    await regradeFailure(at.ports, { failureId: younger, level: 2, reason: 'Not that bad', by });
    await merge();
    expect(await at.read(older)).toMatchObject({ level: 2, worstLevel: 5 });
  });

  it('what is mended opens again for what is not', async () => {
    await resolveFailure({ ...at.ports }, { failureId: older, by });
    at.clock.now += 60_000;
    await merge();
    expect(await at.read(older)).toMatchObject({ status: 'open', episode: 2, pastEpisodes: [{ episode: 1 }] });
    expect(await at.listed()).toEqual({ [older]: 3 });
  });

  it('what is mended joins what is mended, and its signals open the next episode there', async () => {
    for (const failureId of [older, younger]) await resolveFailure({ ...at.ports }, { failureId, by });
    at.clock.now += 60_000;
    await merge();
    expect(await at.read(older)).toMatchObject({ status: 'resolved', episode: 1 });
    at.clock.now += 60_000;
    expect(await at.fail('payment refused')).toBe(older);
    expect(await at.read(older)).toMatchObject({ status: 'open', episode: 2 });
    await split();
    expect(await at.read(younger)).toMatchObject({ status: 'resolved', episode: 1 });
  });

  it('goes through several, and each comes out as it went in', async () => {
    const third = await at.fail('stock unknown');
    await merge(younger, third);
    await merge();
    expect(await at.listed()).toEqual({ [older]: 4 });
    expect(await at.fail('stock unknown')).toBe(older);
    expect(await at.count(older)).toBe(5);
    await split(third);
    await keepMerged(at.ports, younger);
    expect(await at.listed()).toEqual({ [older]: 3, [third]: 2 });
    await split();
    expect(await at.listed()).toEqual({ [older]: 2, [younger]: 1, [third]: 2 });
  });

  it('is refused where it would hide something', async () => {
    expect(await merge(older, older)).toMatchObject({ kind: 'refused', because: 'same' });
    expect(await merge(older, 'F-ZZZZZZ' as FailureId)).toMatchObject({ kind: 'refused', because: 'not-found' });
    const elsewhere = await at.fail('payment refused', { component: 'billing' });
    expect(await merge(older, elsewhere)).toMatchObject({ kind: 'refused', because: 'other-component' });
    await merge();
    expect(await merge(younger, older)).toMatchObject({ kind: 'refused', because: 'same' });
    for (const move of [
      resolveFailure({ ...at.ports }, { failureId: younger, by }),
      regradeFailure(at.ports, { failureId: younger, level: 5, reason: 'worse', by }),
    ]) {
      expect(await move).toMatchObject({ kind: 'unchanged', because: 'merged' });
    }
  });

  it('is taken away as a whole when its time is over, and what was split off before is not', async () => {
    const third = await at.fail('stock unknown');
    await merge();
    await merge(older, third);
    await split(third);
    await resolveFailure({ ...at.ports }, { failureId: older, by });
    at.clock.now += 4000 * 86_400_000;
    await at.ports.failures.addDue(older, 'forget', at.clock.now);
    expect(await forgetFailure(at.ports, { failureId: older })).toBe('forgotten');
    expect(await at.ports.failures.get(older)).toBeUndefined();
    expect(await at.ports.failures.get(younger)).toBeUndefined();
    expect(await at.read(third)).toMatchObject({ status: 'open' });
    expect([older, younger]).not.toContain(await at.fail('payment refused'));
  });
});

type Step =
  | { do: 'fail'; kind: Kind }
  | { do: 'merge'; one: Kind; other: Kind }
  | { do: 'split' | 'resolve'; kind: Kind };
const kind = fc.constantFrom(...kinds);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), kind }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge' as const), one: kind, other: kind }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('split' as const, 'resolve' as const), kind }) },
);

it('counts every signal once, whatever is merged, split, resolved at once, and whoever dies in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 8 }), fc.nat(40), async (rounds, dies) => {
      const { ports, fail, read, count } = desk();
      const ids = new Map<Kind, FailureId>();
      for (const one of kinds) ids.set(one, await fail(one));
      let sent = kinds.length;
      let saves = 0;
      /** One write of a state never happens, and whoever wanted it is gone. */
      const dying: typeof ports = {
        ...ports,
        failures: {
          ...ports.failures,
          saveState: async (...given) => {
            if (++saves === dies) throw new Error('killed');
            await new Promise<void>((resolve) => setImmediate(resolve));
            return ports.failures.saveState(...given);
          },
        },
      };
      const idOf = (one: Kind) => ids.get(one) as FailureId;
      const act = async (taken: Step): Promise<unknown> => {
        switch (taken.do) {
          case 'fail':
            sent++;
            return fail(taken.kind);
          case 'merge':
            return mergeFailures(dying, { ids: [idOf(taken.one), idOf(taken.other)], by });
          case 'split':
            return splitFailure(dying, { failureId: idOf(taken.kind), by });
          default:
            return resolveFailure({ ...dying }, { failureId: idOf(taken.kind), by });
        }
      };
      for (const round of rounds) {
        const ended = await Promise.allSettled(round.map(act));
        for (const one of ended) if (one.status === 'rejected') expect(String(one.reason)).toContain('killed');
      }
      // What the effects of each do, until nothing is left to do.
      for (const _ of kinds) for (const id of ids.values()) await keepMerged(ports, id);
      const all = await Promise.all([...ids.values()].map(read));
      const standing = all.filter(({ status }) => status !== 'merged');
      const counts = await Promise.all(standing.map(({ id }) => count(id)));
      expect(counts.reduce((sum, one) => sum + one, 0)).toBe(sent);
      for (const failure of all) {
        const listedBy = all.filter(({ absorbed = [] }) => absorbed.some(({ failureId }) => failureId === failure.id));
        expect(listedBy.map(({ id }) => id)).toEqual(failure.status === 'merged' ? [failure.mergedInto] : []);
      }
    }),
    { numRuns: 150 },
  );
});
