import { describe, expect, it } from 'vitest';
import { type BundleLine, bundleOf, stormId } from '../../../lib/noise/bundle.ts';
import type { Mute } from '../../../lib/noise/mute.ts';
import { newFailureId, newName } from './samples.ts';
import type { Stores } from './stores.ts';

const noon = Date.parse('2026-11-03T12:00:00.000Z');

export function noiseStoresContract(name: string, stores: () => Stores): void {
  describe(`ChannelStore contract: ${name}`, () => {
    it('lets as many through in any minute as the rate says, however many ask at once', async () => {
      const channel = newName('C');
      const rate = { everyMs: 1500, burst: 5 };
      const taken: number[] = [];
      for (let at = 0; at < 150_000; at += 5_000) {
        const asked = await Promise.all(
          Array.from({ length: 8 }, () => stores().channels.take(channel, rate, noon + at)),
        );
        taken.push(...asked.filter((one) => one === 'taken').map(() => at));
      }
      const inMinute = taken.map((from) => taken.filter((at) => at >= from && at < from + 60_000).length);
      expect(Math.max(...inMinute)).toBeLessThanOrEqual(5 + 40);
      // And it is not held back more than that.
      expect(taken.length).toBeGreaterThanOrEqual(95);
    });

    it('says how long until there is room, and keeps a share for what is urgent', async () => {
      const channel = newName('C');
      const [urgent, other] = [5, 3].map((burst) => ({ everyMs: 1000, burst }));
      if (!urgent || !other) throw new Error('two rates');
      for (let n = 0; n < 3; n++) expect(await stores().channels.take(channel, other, noon)).toBe('taken');
      const { waitMs } = (await stores().channels.take(channel, other, noon)) as { waitMs: number };
      expect(waitMs).toBe(1000);
      expect(await stores().channels.take(channel, urgent, noon)).toBe('taken');
      expect(await stores().channels.take(channel, urgent, noon)).toBe('taken');
      expect(await stores().channels.take(channel, urgent, noon)).toEqual({ waitMs: 1000 });
      expect(await stores().channels.take(channel, other, noon + waitMs)).not.toBe('taken');
      expect(await stores().channels.take(channel, urgent, noon + waitMs)).toBe('taken');
    });

    it('keeps the turn of who must wait, through every sandbox, and leaves its room to it', async () => {
      const channel = newName('C');
      const rate = { everyMs: 1000, burst: 2 };
      const ask = (of: string, at: number) => stores().channels.take(channel, rate, noon + at, { of, among: 'state' });
      expect(await Promise.all([ask('a', 0), ask('b', 0)])).toEqual(['taken', 'taken']);
      const waits = await Promise.all(['c', 'd', 'e', 'f'].map((of) => ask(of, 0)));
      expect(waits.map((one) => one !== 'taken' && one.waitMs).sort()).toEqual([1000, 2000, 3000, 4000]);
      const [first = '', second = ''] = ['c', 'd', 'e', 'f'].sort((a, b) => waitOf(a) - waitOf(b));
      function waitOf(of: string): number {
        const wait = waits[['c', 'd', 'e', 'f'].indexOf(of)];
        return wait === undefined || wait === 'taken' ? 0 : wait.waitMs;
      }
      expect(await ask('new', 1000)).toEqual({ waitMs: 4000 });
      expect(await ask(second, 1000)).toEqual({ waitMs: 1000 });
      expect(await ask(first, 1500)).toBe('taken');
      expect(await ask(second, 2000)).toBe('taken');
      // Whoever never comes is waited for no longer.
      expect(await ask('later', 30_000)).toBe('taken');
      expect(await ask('later', 30_000)).toBe('taken');
      expect(await ask('later', 30_000)).toEqual({ waitMs: 1000 });
    });

    it('has one storm a channel, which the next failure joins until it was quiet for long enough', async () => {
      const channel = newName('C');
      const join = (at: number) => stores().channels.joinStorm(channel, { now: at, quietMs: 60_000 });
      const first = await Promise.all([join(noon), join(noon + 1), join(noon + 2)]);
      expect(new Set(first).size).toBe(1);
      expect(await join(noon + 60_000)).toBe(first[0]);
      expect(await stores().channels.storm(channel)).toEqual({ id: first[0], foldedAt: noon + 60_000 });
      expect(await join(noon + 60_000 + 60_001)).not.toBe(first[0]);
      expect(await stores().channels.storm(newName('C'))).toBeUndefined();
    });
  });

  describe(`BundleStore contract: ${name}`, () => {
    const newBundle = () => bundleOf(stormId(newName('C'), noon), 'C0AAAAAA');
    const line = (given: Partial<BundleLine> = {}): BundleLine => ({
      failureId: newFailureId(),
      episode: 1,
      version: 1,
      level: 3,
      component: 'shop',
      title: 'orders „später“ 🏺',
      status: 'open',
      foldedAt: new Date(noon).toISOString(),
      hasCard: false,
      ...given,
    });

    it('makes it once and promises one look, and each touch is seen by who would clear the due', async () => {
      const bundle = newBundle();
      const touch = () => stores().bundles.touch(bundle, { show: noon, end: noon + 5000 });
      const answers = await Promise.all([touch(), touch(), touch()]);
      expect(answers.filter((one) => one === 'added')).toHaveLength(1);
      const seen = await stores().bundles.get(bundle.id);
      expect(seen).toMatchObject({ bundle, message: {}, dues: { show: noon, end: noon + 5000 }, attentionAt: noon });
      await touch();
      const rev = seen?.rev ?? 0;
      expect(await stores().bundles.clearDues(bundle.id, ['show'], rev)).toBe(false);
      const options = { instead: { end: noon + 9000 } };
      expect(await stores().bundles.clearDues(bundle.id, ['show', 'end'], rev + 1, options)).toBe(true);
      const left = await stores().bundles.get(bundle.id);
      expect(left).toMatchObject({ dues: { end: noon + 9000 }, attentionAt: noon + 9000 });
      expect(left?.dues.show).toBeUndefined();
      expect(await touch()).toBe('added');
      // What was put off stays put off.
      const again = await stores().bundles.get(bundle.id);
      await stores().bundles.clearDues(bundle.id, ['show'], again?.rev ?? 0, { instead: { show: noon + 60_000 } });
      expect(await touch()).toBe('promised');
      expect((await stores().bundles.get(bundle.id))?.dues.show).toBe(noon + 60_000);
    });

    it('is found by the sweep, and is put back and parked like everything else', async () => {
      const bundle = newBundle();
      await stores().bundles.touch(bundle, { show: noon });
      const target = { kind: 'bundle' as const, bundleId: bundle.id };
      const read = await stores().attention.read(target);
      expect(read).toMatchObject({ target, dues: { show: noon } });
      if (!read) throw new Error('not there');
      const pushed = { ...read, attentionAt: noon + 120_000, attempts: 1 };
      expect(await stores().attention.pushBack(read, noon + 120_000, { attempts: 1 })).toBe(true);
      expect((await stores().bundles.get(bundle.id))?.sweepAttempts).toBe(1);
      expect(await stores().attention.park({ ...pushed, dues: { show: noon + 120_000 } }, 'no answer')).toBe(true);
      expect(await stores().attention.parked(1000)).toContainEqual({ target, reason: 'no answer' });
      await stores().bundles.touch(bundle, { show: noon });
      expect((await stores().bundles.get(bundle.id))?.parked).toBeUndefined();
    });

    it('keeps one line a failure, the newest state of it, and when it came', async () => {
      const bundle = newBundle();
      await stores().bundles.touch(bundle, { show: noon });
      const first = line();
      const keep = (given: BundleLine) => stores().bundles.keepLine(bundle.id, given);
      await Promise.all([keep(first), keep(first), keep(line({ failureId: first.failureId }))]);
      const later = { ...first, version: 4, status: 'resolved' as const, foldedAt: new Date(noon + 9).toISOString() };
      await keep(later);
      await keep({ ...first, version: 3, status: 'acknowledged' });
      await keep(line());
      const kept = await stores().bundles.lines(bundle.id);
      expect(kept).toHaveLength(2);
      expect(kept.find(({ failureId }) => failureId === first.failureId)).toStrictEqual({
        ...later,
        foldedAt: first.foldedAt,
      });
      await keep({ ...later, hasCard: true, permalink: 'https://slack.example/1' });
      const [withCard] = (await stores().bundles.lines(bundle.id)).filter(({ hasCard }) => hasCard);
      expect(withCard).toMatchObject({ failureId: first.failureId, permalink: 'https://slack.example/1' });
    });

    it('is written by one holder at a time', async () => {
      const bundle = newBundle();
      await stores().bundles.touch(bundle, { show: noon });
      const lease = (holder: string, now: number) =>
        stores().bundles.lease(bundle.id, { holder, until: now + 1000, now });
      const [one, other] = await Promise.all([lease('a', noon), lease('b', noon)]);
      expect([one, other].filter(Boolean)).toHaveLength(1);
      const [holder, loser] = one ? ['a', 'b'] : ['b', 'a'];
      const message = { place: { channel: 'C0AAAAAA', ts: '1.2' }, shown: 'x', shownAt: noon };
      expect(await stores().bundles.save(bundle.id, message, { holder: String(loser) })).toBe(false);
      expect(await stores().bundles.save(bundle.id, message, { holder: String(holder), release: true })).toBe(true);
      expect(await lease(String(loser), noon)).toMatchObject({ bundle, message });
      expect(await lease(String(holder), noon + 1000)).toBeDefined();
      expect(await stores().bundles.lease(newBundle().id, { holder: 'a', until: noon, now: noon })).toBeUndefined();
    });
  });

  describe(`MuteStore contract: ${name}`, () => {
    it('keeps one a component, and lets one of two who change it win', async () => {
      const component = newName('shop');
      const mute: Mute = {
        schema: 1,
        component,
        bundle: bundleOf(stormId(component, noon), 'C').id,
        since: new Date(noon).toISOString(),
        until: new Date(noon + 1000).toISOString(),
        by: 'U0ANA',
        reason: 'deploying „später“',
        rev: 'one',
      };
      expect(await stores().mutes.get(component)).toBeUndefined();
      expect(await stores().mutes.put(mute, { expected: undefined })).toBe(true);
      expect(await stores().mutes.put({ ...mute, rev: 'two' }, { expected: undefined })).toBe(false);
      const ended = { ...mute, rev: 'two', ended: { by: 'U0BOB', at: mute.until } };
      expect(await stores().mutes.put(ended, { expected: 'one' })).toBe(true);
      expect(await stores().mutes.get(component)).toStrictEqual(ended);
      const again = { ...mute, rev: 'three' };
      expect(await stores().mutes.put(again, { expected: 'two' })).toBe(true);
      expect(await stores().mutes.get(component)).toStrictEqual(again);
      expect(await stores().mutes.list()).toContainEqual(again);
    });
  });
}
