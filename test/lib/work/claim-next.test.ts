import { describe, expect, it } from 'vitest';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { failWork } from '../../../lib/work/fail-work.ts';
import { finishWork } from '../../../lib/work/finish-work.ts';
import { lookAtWork } from '../../../lib/work/look-at-work.ts';
import { peekNext } from '../../../lib/work/peek-next.ts';
import { releaseWork } from '../../../lib/work/release-work.ts';
import { renewLease } from '../../../lib/work/renew-lease.ts';
import { reorderWork } from '../../../lib/work/reorder-work.ts';
import { retryWork } from '../../../lib/work/retry-work.ts';
import type { WorkItemId } from '../../../lib/work/work-item.ts';
import { later, workWorld } from './work-world.ts';

type World = ReturnType<typeof workWorld>;

const look = (world: World, id: string, reminded: string[] = []) =>
  lookAtWork(
    {
      ...world.ports,
      log: () => undefined,
      remindOfWork: async (item, when) => void reminded.push(`${item.id} ${when}`),
    },
    { workItemId: id as WorkItemId },
  );
async function claim(world: World, given: { component?: string; leaseMinutes?: number } = {}) {
  const outcome = await claimNext(world.ports, { holder: 'ann', ...given });
  if (outcome.kind !== 'claimed') throw new Error(`nothing was claimed: ${JSON.stringify(outcome.waiting)}`);
  const { id, lease } = outcome.item;
  return { ...outcome, id, token: lease.token };
}

describe('next', () => {
  it('hands out by priority, then age, each item once, and says when the queue is empty', async () => {
    const world = workWorld();
    await world.add({ id: 'W-late', priority: 300 });
    await world.add({ id: 'W-urgent', priority: 100 });
    world.pass(-1);
    await world.add({ id: 'W-early', priority: 300 });
    world.pass(1);
    const order = [await claim(world), await claim(world), await claim(world)].map(({ id }) => id);
    expect(order).toEqual(['W-urgent', 'W-early', 'W-late']);
    expect(await claimNext(world.ports, { holder: 'bob' })).toEqual({ kind: 'nothing', waiting: [] });
  });

  it('takes of one component alone when asked to', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', component: 'shop', priority: 1 });
    await world.add({ id: 'W-2', component: 'mail' });
    expect((await claim(world, { component: 'mail' })).id).toBe('W-2');
    expect((await claimNext(world.ports, { holder: 'bob', component: 'mail' })).kind).toBe('nothing');
  });

  it('switches task past a gate that is shut, also when it is shut on what the component needs', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1', component: 'shop', priority: 1 });
    await world.add({ id: 'W-2', component: 'mail', priority: 2 });
    await world.add({ id: 'W-3', component: 'docs', priority: 3 });
    await world.shut('shop', { mode: 'stop' });
    await world.shut('account:claude', { mode: 'hold', until: later(world, 60) });
    await world.stores.gates.publish({
      schema: 1,
      dependsOn: { mail: ['account:claude'] },
      publishedAt: later(world, 0),
    });
    expect((await peekNext(world.ports, { not: 'shop' }))?.id).toBe('W-3');
    expect(await claim(world)).toMatchObject({ id: 'W-3', isCanary: false });
    const nothing = await claimNext(world.ports, { holder: 'bob' });
    expect(nothing).toMatchObject({
      kind: 'nothing',
      waiting: [
        { why: 'stop', component: 'shop', items: 1, holders: [{ reason: 'the shop is closed' }] },
        { why: 'hold', component: 'mail', items: 1, until: later(world, 60) },
      ],
    });
  });

  it('finds what is open behind thousands of lines that are not', async () => {
    const world = workWorld();
    await Promise.all(Array.from({ length: 1200 }, (_, index) => world.add({ id: `W-${index}`, priority: 1 })));
    await world.add({ id: 'W-open', component: 'mail', priority: 2 });
    await world.shut('shop', { mode: 'stop' });
    expect((await claim(world)).id).toBe('W-open');
  });

  it('offers what is too complex for decomposition instead of handing it out', async () => {
    const world = workWorld();
    const requirements = Array.from({ length: 9 }, (_, index) => `part ${index}`);
    await world.add({ id: 'W-big', priority: 1, requirements, estimateMinutes: 960 });
    await world.add({ id: 'W-small', priority: 2 });
    await world.shut('shop', { mode: 'split' });
    expect((await claim(world)).id).toBe('W-small');
    expect(await claimNext(world.ports, { holder: 'bob' })).toMatchObject({
      waiting: [{ why: 'split', item: { id: 'W-big' }, score: 9, reasons: ['9 requirements', 'an estimate of 16 h'] }],
    });
  });

  // Guards against a claim that reads each item it passes, one after the other, and times out before the first open one.
  it.each(['stop', 'split'] as const)(
    'is found behind hundreds that a %s holds, and few of those are read',
    async (mode) => {
      const world = workWorld();
      const complex = { component: 'shop', lastCause: 'turn-limit' as const, failedAttempts: 1, priority: 100 };
      for (let n = 0; n < 1100; n++) await world.add({ id: `W-held-${n}`, ...complex });
      await world.add({ id: 'W-open', component: 'mail' });
      await world.shut('shop', { mode });
      let reads = 0;
      const get: typeof world.ports.work.get = (id) => {
        reads += 1;
        return world.stores.work.get(id);
      };
      const ports = { ...world.ports, work: { ...world.ports.work, get } };
      expect(await peekNext(ports)).toMatchObject({ id: 'W-open' });
      expect(reads).toBe(1);
      expect(await claimNext(ports, { holder: 'ann' })).toMatchObject({ kind: 'claimed', item: { id: 'W-open' } });
      expect(reads).toBeLessThanOrEqual(22);
      const rest = await claimNext(ports, { holder: 'ann' });
      const counted = rest.kind === 'nothing' ? rest.waiting.map((one) => ('items' in one ? one.items : 1)) : [];
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(1100);
    },
  );
});

describe('a canary', () => {
  it('is the only one until it is done, which opens the gate', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1' });
    await world.add({ id: 'W-2' });
    await world.shut('shop', { mode: 'hold', until: later(world, -1) });
    const canary = await claim(world);
    expect(canary.isCanary).toBe(true);
    expect(await claimNext(world.ports, { holder: 'bob' })).toMatchObject({ waiting: [{ why: 'hold', items: 1 }] });
    await finishWork(world.ports, canary);
    expect(await claim(world)).toMatchObject({ id: 'W-2', isCanary: false });
  });

  it('that is given back, or runs out of its lease, lets the next one try', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1' });
    await world.shut('shop', { mode: 'canary' });
    await releaseWork(world.ports, await claim(world));
    expect((await claim(world, { leaseMinutes: 10 })).isCanary).toBe(true);
    world.pass(10);
    await look(world, 'W-1');
    expect((await claim(world)).isCanary).toBe(true);
  });

  it('keeps its place for as long as its lease is renewed', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1' });
    await world.add({ id: 'W-2' });
    await world.shut('shop', { mode: 'canary' });
    const canary = await claim(world, { leaseMinutes: 10 });
    world.pass(9);
    const renewal = await renewLease(world.ports, { ...canary, leaseMinutes: 10 });
    expect(renewal).toMatchObject({ kind: 'renewed', gate: { kind: 'go' } });
    world.pass(9);
    expect((await claimNext(world.ports, { holder: 'bob' })).kind).toBe('nothing');
  });

  it('that fails shuts the gate for a while again', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1' });
    await world.add({ id: 'W-2' });
    await world.shut('shop', { mode: 'canary', cause: 'upstream' });
    await failWork(world.ports, { ...(await claim(world)), summary: 'still 503', cause: 'upstream' });
    expect(await claimNext(world.ports, { holder: 'bob' })).toMatchObject({
      waiting: [{ why: 'hold', until: later(world, 15) }],
    });
  });
});

describe('the end of a claim', () => {
  it('is said once, whatever is repeated, and by nobody else', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1' });
    const mine = await claim(world);
    expect(await finishWork(world.ports, { ...mine, token: 'another-token' })).toMatchObject({ kind: 'lost' });
    expect(await finishWork(world.ports, { ...mine, result: 'merged' })).toMatchObject({ isRepeated: false });
    const { version } = await world.item('W-1');
    expect(await finishWork(world.ports, mine)).toMatchObject({ kind: 'ended', isRepeated: true });
    expect(await failWork(world.ports, { ...mine, summary: 'no' })).toMatchObject({ kind: 'lost' });
    expect(await world.item('W-1')).toMatchObject({ state: 'done', result: 'merged', version });
    expect(await finishWork(world.ports, { id: 'W-0' as WorkItemId, token: 'any-token' })).toEqual({ kind: 'unknown' });
  });

  it('as failed keeps what happened, and the item waits for a decision', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1' });
    await failWork(world.ports, { ...(await claim(world)), summary: 'max turns reached', cause: 'turn-limit' });
    expect(await world.item('W-1')).toMatchObject({
      state: 'failed',
      failedAttempts: 1,
      lastCause: 'turn-limit',
      result: 'max turns reached',
    });
    expect((await claimNext(world.ports, { holder: 'bob' })).kind).toBe('nothing');
    expect(await retryWork(world.ports, { id: 'W-1' as WorkItemId, by: 'U1' })).toMatchObject({ isRepeated: false });
    expect(await retryWork(world.ports, { id: 'W-1' as WorkItemId, by: 'U1' })).toMatchObject({ isRepeated: true });
    expect((await claim(world)).item).toMatchObject({ failedAttempts: 1, lastCause: 'turn-limit' });
    expect(await retryWork(world.ports, { id: 'W-1' as WorkItemId, by: 'U1' })).toMatchObject({ kind: 'not-failed' });
  });

  it('given back is no failed attempt', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1' });
    const mine = await claim(world);
    await releaseWork(world.ports, mine);
    expect(await releaseWork(world.ports, mine)).toMatchObject({ isRepeated: true });
    expect(await world.item('W-1')).toMatchObject({ state: 'pending', failedAttempts: 0 });
  });
});

describe('a lease', () => {
  it('that runs out returns the item as a failed attempt; a late end still counts while nobody took it', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1' });
    await world.add({ id: 'W-2' });
    const [first, second] = [await claim(world), await claim(world)];
    world.pass(30);
    for (const id of ['W-1', 'W-2']) await look(world, id);
    await look(world, 'W-1');
    expect(await world.item('W-1')).toMatchObject({ state: 'pending', failedAttempts: 1 });
    expect(await renewLease(world.ports, first)).toMatchObject({ kind: 'lost' });
    expect(await failWork(world.ports, { ...first, summary: 'too slow' })).toMatchObject({ kind: 'ended' });
    expect(await world.item('W-1')).toMatchObject({ state: 'failed', failedAttempts: 1 });
    await claim(world);
    expect(await finishWork(world.ports, second)).toMatchObject({ kind: 'lost', item: { state: 'in-progress' } });
  });

  it('that stands is left alone by the sweep, and says when the gate was shut meanwhile', async () => {
    const world = workWorld();
    await world.add({ id: 'W-1' });
    const mine = await claim(world, { leaseMinutes: 30 });
    world.pass(29);
    await look(world, 'W-1');
    await world.shut('shop', { mode: 'stop' });
    expect(await renewLease(world.ports, { ...mine, leaseMinutes: 30 })).toMatchObject({
      kind: 'renewed',
      gate: { kind: 'stop', holders: [{ reason: 'the shop is closed' }] },
    });
    world.pass(29);
    await look(world, 'W-1');
    expect(await world.item('W-1')).toMatchObject({ state: 'in-progress', lease: { until: later(world, 1) } });
    expect((await world.stores.work.get('W-1' as WorkItemId))?.dues).toEqual({ lease: Date.parse(later(world, 1)) });
  });
});

it('moves an item in the queue, until it is over', async () => {
  const world = workWorld();
  await world.add({ id: 'W-1', priority: 100 });
  await world.add({ id: 'W-2', priority: 200 });
  const move = (id: string, priority: number) => reorderWork(world.ports, { id: id as WorkItemId, priority, by: 'U1' });
  expect(await move('W-2', 50)).toMatchObject({ kind: 'moved' });
  expect(await move('W-2', 50)).toMatchObject({ kind: 'unchanged' });
  const first = await claim(world);
  expect(first.id).toBe('W-2');
  expect(await move('W-2', 60)).toMatchObject({ kind: 'moved', item: { state: 'in-progress' } });
  await finishWork(world.ports, first);
  expect(await move('W-2', 70)).toMatchObject({ kind: 'over' });
  expect(await move('W-9', 70)).toEqual({ kind: 'unknown' });
});

it('reminds three days before an item is due, when it is overdue, and each week after', async () => {
  const world = workWorld();
  await world.add({ id: 'W-1', kind: 'technical-debt', dueAt: later(world, 14 * 1440) });
  const reminded: string[] = [];
  const days: number[] = [];
  for (let day = 0; day <= 30; day++) {
    const before = reminded.length;
    await look(world, 'W-1', reminded);
    await look(world, 'W-1', reminded);
    if (reminded.length > before) days.push(day);
    world.pass(1440);
  }
  expect(days).toEqual([11, 14, 21, 28]);
  expect(reminded).toEqual(['W-1 soon', 'W-1 overdue', 'W-1 overdue', 'W-1 overdue']);
  expect((await claim(world)).id).toBe('W-1');
});
