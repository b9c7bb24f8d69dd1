import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { complexityOf } from '../../../lib/work/complexity.ts';
import { decomposeWork } from '../../../lib/work/decompose-work.ts';
import { partIds, partsOf, splitItem } from '../../../lib/work/split-item.ts';
import { WorkItem, type WorkItemId } from '../../../lib/work/work-item.ts';
import { pendingWork } from '../../contracts/stores/work-store.contract.ts';
import { workWorld } from './work-world.ts';

type World = ReturnType<typeof workWorld>;

const nine = Array.from({ length: 9 }, (_, index) => `part ${index + 1}`);
const complex = { requirements: nine, estimateMinutes: 1000, title: 'Rebuild the shop' };
const decompose = (world: World, given: { requirements?: string[]; cause?: 'turn-limit' } = {}) =>
  decomposeWork(world.ports, { id: 'W-1' as WorkItemId, by: 'U1', ...given });

describe('complexity', () => {
  it('is one for what nothing is known of, and gives its reasons', () => {
    expect(complexityOf(pendingWork({ requirements: [] }))).toEqual({ score: 1, reasons: [] });
    expect(
      complexityOf(pendingWork({ requirements: nine, estimateMinutes: 150, filesTouched: 12, failedAttempts: 1 })),
    ).toEqual({
      score: 9,
      reasons: ['9 requirements', 'an estimate of 2.5 h', '12 files touched', 'one failed attempt'],
    });
  });

  it('of what used up all its turns or time is high whatever else is known', () => {
    const tried = pendingWork({ requirements: [], failedAttempts: 1 });
    expect(complexityOf(tried, { cause: 'turn-limit' }).score).toBe(10);
    expect(complexityOf(tried, { cause: 'time-limit' }).score).toBe(9);
    expect(complexityOf({ ...tried, lastCause: 'turn-limit' }).score).toBe(10);
    expect(complexityOf(tried, { cause: 'quota' }).score).toBe(2);
  });

  it('never leaves 1 to 10, and never falls when there is more of something', () =>
    fc.assert(
      fc.property(
        fc.record({
          requirements: fc.array(fc.constant('r'), { maxLength: 100 }),
          estimateMinutes: fc.nat(10_000_000),
          filesTouched: fc.nat(10_000),
          failedAttempts: fc.nat(50),
        }),
        fc.constantFrom('requirements', 'estimateMinutes', 'filesTouched', 'failedAttempts'),
        (item, more) => {
          const grown = more === 'requirements' ? [...item.requirements, 'r'] : item[more as 'filesTouched'] + 60;
          const [before, after] = [complexityOf(item).score, complexityOf({ ...item, [more]: grown }).score];
          expect(before).toBeGreaterThanOrEqual(1);
          expect(after).toBeLessThanOrEqual(10);
          expect(after).toBeGreaterThanOrEqual(before);
        },
      ),
    ));
});

describe('the parts of an item', () => {
  it('share its minutes exactly, keep its order, and are whole items', () =>
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 1000 }), { minLength: 2, maxLength: 100 }),
        fc.option(fc.nat(10_000_000), { nil: undefined }),
        fc.nat(999_999),
        (requirements, estimateMinutes, priority) => {
          const item = pendingWork({ id: 'W-1', estimateMinutes, priority });
          const ids = partIds(item.id, requirements.length);
          const at = new Date('2026-11-03T12:00:00.000Z');
          const parent = splitItem(item, { requirements, partIds: ids, by: 'U1', at, actionId: 'split' });
          const parts = partsOf(parent);
          for (const part of [parent, ...parts]) expect(() => WorkItem.parse(part)).not.toThrow();
          expect(parts.map(({ requirements: [only] }) => only)).toEqual(requirements);
          expect(parts.map(({ id }) => id)).toEqual(ids);
          const minutes = parts.map((part) => part.estimateMinutes);
          if (estimateMinutes === undefined) expect(minutes.every((one) => one === undefined)).toBe(true);
          else expect(minutes.reduce((sum: number, one) => sum + (one ?? Number.NaN), 0)).toBe(estimateMinutes);
          for (const [index, part] of parts.entries()) {
            const before = parts[index - 1];
            if (before) expect(part.priority - before.priority).toBe(10);
          }
          expect(partsOf(parent)).toEqual(parts);
        },
      ),
    ));

  it('have a title that shows when it is not all of the requirement', async () => {
    const long = `${'x'.repeat(400)}\nand more`;
    const item = pendingWork({ id: 'W-1' });
    const move = { by: 'U1', at: new Date(), actionId: 'a' };
    const parts = partsOf(splitItem(item, { ...move, requirements: [long, ' a\n b '], partIds: partIds(item.id, 2) }));
    expect(parts.map(({ title }) => title)).toEqual([`${'x'.repeat(299)}…`, 'a b']);
    expect(parts[0]?.requirements).toEqual([long]);
    expect(parts[1]?.notes).toContain('Part 2 of 2 of W-1');
  });
});

describe('decompose', () => {
  it('closes the item, links its parts, and hands them out in order', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', ...complex, priority: 100 });
    const outcome = await decompose(world);
    expect(outcome).toMatchObject({ kind: 'split', isRepeated: false, parent: { state: 'split' } });
    const claimed: (string | undefined)[] = [];
    for (;;) {
      const claim = await claimNext(world.ports, { holder: 'ann' });
      if (claim.kind !== 'claimed') break;
      expect(claim.item).toMatchObject({ parent: 'W-1', kind: 'subtask', component: 'shop' });
      claimed.push(claim.item.requirements[0]);
    }
    expect(claimed).toEqual(nine);
    expect(await world.item('W-1')).toMatchObject({ children: nine.map((_, index) => `W-1.${index + 1}`) });
    expect((await world.stores.work.get('W-1' as WorkItemId))?.dues).toEqual({});
  });

  it('makes one set however often it is pressed, also at once and with other lists', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', ...complex });
    const lists = [undefined, ['a', 'b', 'c'], ['d', 'e'], undefined];
    const outcomes = await Promise.all(
      lists.map((requirements) =>
        decompose(world, { cause: 'turn-limit', ...(requirements === undefined ? {} : { requirements }) }),
      ),
    );
    const sets = outcomes.map((outcome) => (outcome.kind === 'split' ? outcome.parts.map(({ id }) => id) : outcome));
    for (const set of sets) expect(set).toEqual(sets[0]);
    expect(outcomes.filter((outcome) => outcome.kind === 'split' && !outcome.isRepeated)).toHaveLength(1);
    expect(world.stores.world.work.size).toBe(1 + (sets[0] as string[]).length);
  });

  it('says when an item is simple enough, with its score', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', requirements: ['a', 'b', 'c'], estimateMinutes: 60 });
    expect(await decompose(world)).toMatchObject({ kind: 'simple-enough', score: 2, reasons: ['3 requirements'] });
    expect(await world.item('W-1')).toMatchObject({ state: 'pending', version: 1 });
  });

  it('asks for a list when there is none, and takes it', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', failedAttempts: 1, lastCause: 'turn-limit', estimateMinutes: 0 });
    expect(await decompose(world)).toMatchObject({ kind: 'needs-requirements', score: 10 });
    expect(await decompose(world, { requirements: ['all of it'] })).toMatchObject({ kind: 'needs-requirements' });
    const outcome = await decompose(world, { requirements: ['first half', '', 'second half', 'first half'] });
    expect(outcome).toMatchObject({
      kind: 'split',
      parts: [
        { title: 'first half', estimateMinutes: 0 },
        { title: 'second half', estimateMinutes: 0 },
      ],
    });
  });

  it('refuses while somebody works on it, until their lease is over', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', ...complex });
    await claimNext(world.ports, { holder: 'ann', leaseMinutes: 30 });
    expect(await decompose(world)).toMatchObject({ kind: 'in-progress', item: { lease: { holder: 'ann' } } });
    world.pass(30);
    expect(await decompose(world)).toMatchObject({ kind: 'split' });
  });

  it('refuses a list that cannot be kept, and changes nothing', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', ...complex });
    const many = Array.from({ length: 101 }, (_, index) => `part ${index}`);
    expect(await decompose(world, { requirements: many })).toMatchObject({ because: 'too-many-requirements' });
    const long = ['a', 'x'.repeat(1001), ...nine];
    expect(await decompose(world, { requirements: long })).toMatchObject({ because: 'requirement-too-long' });
    expect(await world.item('W-1')).toMatchObject({ state: 'pending', version: 1 });
    expect(await decomposeWork(world.ports, { id: 'W-2' as WorkItemId, by: 'U1' })).toEqual({ kind: 'unknown' });
  });

  // Guards against a workaround that nobody is reminded of any more.
  it('refuses a debt, which would lose its day and its reminder', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', ...complex, kind: 'technical-debt', dueAt: '2026-12-01T00:00:00.000Z' });
    const before = await world.stores.work.get('W-1' as WorkItemId);
    expect(await decompose(world)).toMatchObject({ kind: 'refused', because: 'is-debt' });
    expect(await world.stores.work.get('W-1' as WorkItemId)).toEqual(before);
  });

  it('takes other names for the parts when theirs belong to somebody else’s items', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', ...complex });
    await world.add({ id: 'W-1.2', component: 'mail' });
    const outcome = await decompose(world);
    expect(outcome.kind === 'split' && outcome.parts.map(({ id }) => id)).toEqual(
      nine.map((_, index) => `W-1.p1-${index + 1}`),
    );
    expect(await world.item('W-1.2')).toMatchObject({ component: 'mail' });
  });
});
