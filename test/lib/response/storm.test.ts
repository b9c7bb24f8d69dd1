import { describe, expect, it } from 'vitest';
import { acknowledgeFailure } from '../../../lib/failure/acknowledge-failure.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { regradeFailure } from '../../../lib/failure/regrade-failure.ts';
import type { BundleView } from '../../../lib/noise/bundle-view.ts';
import { muteComponent, unmuteComponent } from '../../../lib/noise/mute-component.ts';
import { startShow } from './shown.ts';

const by = 'U0ADA0ADA';
/** Grouping masks numbers; a word of its own makes a failure of its own. */
const word = (n: number) => [...String(n)].map((digit) => 'ghjkmnpqrs'[Number(digit)]).join('');

/** As many failures of their own, one right after the other. */
function setting() {
  const shown = startShow();
  let next = 1000;
  const open = async (given: Parameters<typeof shown.signal>[0] = {}, reporter?: string): Promise<FailureId> => {
    const id = await shown.signal({ summary: `Check of ${word(next++)} failed`, ...given }, reporter);
    await shown.show(id);
    return id;
  };
  const openMany = async (count: number, given: Parameters<typeof shown.signal>[0] = {}) => {
    const ids: FailureId[] = [];
    for (let n = 0; n < count; n++) ids.push(await open(given));
    return ids;
  };
  const contents = () => [...shown.messages.values()].filter(({ threadTs }) => !threadTs).map(({ content }) => content);
  const cards = () => contents().flatMap((one) => (one.kind === 'card' ? [one.card] : []));
  const bundles = (): BundleView[] => contents().flatMap((one) => (one.kind === 'bundle' ? [one.bundle] : []));
  const storm = (): BundleView => {
    const [first, ...others] = bundles();
    if (!first || others.length > 0) throw new Error(`${others.length + 1} storms`);
    return first;
  };
  return { ...shown, open, openMany, cards, bundles, storm };
}

describe('a storm', () => {
  it('is one message: the first few have cards, all others are counted in it, right to the last one', async () => {
    const { openMany, pass, cards, storm, count } = setting();
    const ids = await openMany(60, { component: 'shop' });
    await openMany(40, { component: 'till', severity: 3 });
    await pass(1);
    expect(cards().length).toBe(8);
    expect(storm()).toMatchObject({ kind: 'storm', isOver: false, count: 92, open: 92, ended: 0 });
    expect(storm().byComponent.map((one) => [one.name, one.count])).toEqual([
      ['shop', 52],
      ['till', 40],
    ]);
    expect(storm().newest).toHaveLength(5);
    expect(count('post')).toBeLessThanOrEqual(8 + 1 + 8);
    expect(new Set(ids).size).toBe(60);
  });

  it('is edited at most every few seconds however many join, and once more when it is over', async () => {
    const { openMany, pass, calls, storm } = setting();
    for (let second = 0; second < 60; second++) {
      await openMany(3);
      await pass(1 / 60);
    }
    await pass(1);
    const edits = calls.filter(({ what, content }) => what === 'edit' && content?.kind === 'bundle');
    expect(edits.length).toBeGreaterThan(0);
    for (const [at, edit] of edits.slice(1).entries()) {
      expect(edit.at - (edits[at]?.at ?? 0)).toBeGreaterThanOrEqual(4400);
    }
    await pass(5);
    expect(storm()).toMatchObject({ isOver: true, count: 172 });
    const before = calls.length;
    await pass(30);
    expect(calls.length).toBe(before);
  });

  it('holds no failure of level 4 or 5, none that a person filed, and none whose level rises to 4', async () => {
    const { openMany, open, pass, cards, storm, ports, show } = setting();
    const [folded] = (await openMany(10)).slice(-1);
    const five = await open({ severity: 5, summary: 'all data is lost' });
    const filed = await open({}, by);
    const shownIds = () => cards().map(({ failureId }) => failureId);
    expect(shownIds()).toEqual(expect.arrayContaining([five, filed]));
    if (!folded) throw new Error('none');
    expect(shownIds()).not.toContain(folded);
    const moved = await regradeFailure(ports, { failureId: folded, episode: 1, level: 4, reason: 'worse', by });
    expect(moved.kind).toBe('moved');
    await show(folded);
    await pass(1);
    expect(shownIds()).toContain(folded);
    expect(storm()).toMatchObject({ withCard: 1 });
  });

  it('gives a failure its card when a person acts on it, and says so', async () => {
    const { openMany, pass, cards, storm, ports, show } = setting();
    const ids = await openMany(12, { severity: 3 });
    await pass(1);
    expect(storm().mention).toEqual(['U012345']);
    const last = ids.at(-1);
    if (!last) throw new Error('none');
    await acknowledgeFailure(ports, { failureId: last, by });
    await show(last);
    await pass(1);
    const card = cards().find(({ failureId }) => failureId === last);
    // The storm has called them.
    expect(card).toMatchObject({ status: 'acknowledged' });
    expect(card?.mention).toBeUndefined();
    expect(storm()).toMatchObject({ acknowledged: 1, open: 3, withCard: 1 });
  });

  it('gives it that card also when the channel has no room for it at that moment', async () => {
    const { openMany, pass, cards, ports, show } = setting();
    const last = (await openMany(12)).at(-1);
    if (!last) throw new Error('none');
    await pass(1);
    await acknowledgeFailure(ports, { failureId: last, by });
    const { post } = ports.board;
    ports.board.post = async () => ({ kind: 'later', seconds: 3 });
    await show(last);
    ports.board.post = post;
    await pass(1);
    expect(cards().find(({ failureId }) => failureId === last)).toMatchObject({ status: 'acknowledged' });
  });

  it('lets the next failure have its own card when it is calm again', async () => {
    const { openMany, open, pass, cards } = setting();
    await openMany(20);
    await pass(10);
    const id = await open();
    expect(cards().map(({ failureId }) => failureId)).toContain(id);
  });

  it('is posted in the default channel when its own is gone', async () => {
    const { openMany, pass, ports, bundles, calls } = setting();
    const channelId = ports.board.channelId;
    await openMany(12);
    ports.board.channelId = async (channel) =>
      channel === 'C0123456' ? channelId(channel) : { kind: 'refused', code: 'is_archived' };
    await pass(1);
    expect(bundles()).toHaveLength(1);
    expect(calls.filter(({ what, content }) => what === 'post' && content?.kind === 'bundle')).toHaveLength(1);
  });
});

describe('whoever dies in a storm', () => {
  // After every write of folding and of showing the message, once each: nothing is lost, nothing is there twice.
  it('leaves nothing that the sweep does not make good', async () => {
    const perils = [
      'touch',
      'keepLine',
      'save',
      'clearDues',
      'lease',
      'joinStorm',
      'saveCard',
      'post',
      'edit',
      'bundle',
    ];
    for (const peril of perils) {
      for (const nth of [1, 2, 3, 5]) {
        const world = setting();
        await world.openMany(8);
        let calls = 0;
        const mortal = <T extends object>(port: T): T =>
          new Proxy(port, {
            get: (target, name) => {
              const call = target[name as keyof T];
              if (typeof call !== 'function' || name !== peril) return call;
              return async (...given: unknown[]) => {
                const answer = await call.apply(target, given);
                if (++calls === nth) throw new Error(`died after ${peril}`);
                return answer;
              };
            },
          });
        const { ports } = world;
        const healthy = {
          bundles: ports.bundles,
          channels: ports.channels,
          failures: ports.failures,
          board: ports.board,
          hints: ports.hints,
        };
        for (const name of Object.keys(healthy) as (keyof typeof healthy)[]) {
          Object.assign(ports, { [name]: mortal(ports[name]) });
        }
        const survive = (work: Promise<unknown>) =>
          work.catch((error) => expect(String(error)).toContain('died after'));
        for (let n = 0; n < 6; n++) await survive(world.open());
        await survive(world.pass(0.2));
        Object.assign(ports, healthy);
        await world.pass(6);
        expect({ peril, nth, count: world.storm().count }).toEqual({ peril, nth, count: 6 });
        expect(world.cards().length).toBe(8);
        await world.pass(10);
        expect(world.storm()).toMatchObject({ isOver: true, count: 6 });
      }
    }
  });
});

describe('a mute', () => {
  const mute = { component: 'shop', forMs: 60 * 60_000, by, reason: 'deploying' };

  it('holds cards back, calls nobody, lets level 4 and 5 through, and gives cards to what is open at its end', async () => {
    const { ports, open, openMany, pass, cards, bundles, signal } = setting();
    expect((await muteComponent(ports, mute)).kind).toBe('muted');
    await pass(0.1);
    expect(bundles()).toMatchObject([{ kind: 'mute', isOver: false, count: 0, mute: { reason: 'deploying', by } }]);
    const held = await openMany(3, { severity: 3 });
    const worse = await open({ severity: 5, summary: 'all data is lost' });
    const other = await open({ component: 'till' });
    await pass(1);
    expect(cards().map(({ failureId }) => failureId)).toEqual([worse, other]);
    expect(bundles()).toMatchObject([{ count: 3, open: 3 }]);
    await signal();
    await pass(62);
    expect(bundles()[0]).toMatchObject({ isOver: true });
    expect(cards().map(({ failureId }) => failureId)).toEqual(expect.arrayContaining(held));
    const before = cards().length;
    await pass(30);
    expect(cards().length).toBe(before);
  });

  it('is ended before its time, once however often', async () => {
    const { ports, openMany, pass, cards, bundles } = setting();
    await muteComponent(ports, mute);
    const held = await openMany(2);
    await pass(1);
    expect((await unmuteComponent(ports, { component: 'shop', by })).kind).toBe('unmuted');
    expect((await unmuteComponent(ports, { component: 'shop', by })).kind).toBe('not-muted');
    await pass(1);
    expect(bundles()).toMatchObject([{ isOver: true, mute: { endedBy: by } }]);
    expect(cards().map(({ failureId }) => failureId)).toEqual(expect.arrayContaining(held));
  });

  it('that is set again is the same one with another end; a day is the longest', async () => {
    const { ports, pass, bundles, clock } = setting();
    await muteComponent(ports, mute);
    await pass(1);
    expect((await muteComponent(ports, { ...mute, forMs: 3 * 60 * 60_000 })).kind).toBe('changed');
    await pass(90);
    expect(bundles()).toMatchObject([{ isOver: false, until: new Date(clock.now + 90 * 60_000).toISOString() }]);
    expect((await muteComponent(ports, { ...mute, forMs: 25 * 60 * 60_000 })).kind).toBe('too-long');
  });
});
