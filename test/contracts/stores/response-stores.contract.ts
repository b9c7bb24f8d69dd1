import { describe, expect, it } from 'vitest';
import type { PostMortem } from '../../../lib/postmortem/post-mortem.ts';
import type { PageRecord } from '../../../lib/response/page.ts';
import { newFailureId, newName } from './samples.ts';
import type { Stores } from './stores.ts';

const noon = new Date('2026-11-03T12:00:00.000Z');
const hourMs = 3_600_000;

export function responseStoresContract(name: string, stores: () => Stores): void {
  describe(`PostMortemStore contract: ${name}`, () => {
    const postMortem = (given: Partial<PostMortem> = {}): PostMortem => ({
      schema: 1,
      failureId: newFailureId(),
      episode: 1,
      version: 1,
      openedAt: noon.toISOString(),
      because: 'Level 4',
      filledFrom: 3,
      sections: {
        timeline: ['12:00 opened'],
        impact: [],
        rootCause: [],
        contributingFactors: [],
        wentWell: [],
        actionItems: [],
        lessonsLearned: [],
      },
      ...given,
    });

    it('keeps one an episode, as it was given', async () => {
      const first = postMortem();
      const second = { ...first, episode: 2, because: 'Level 5' };
      expect(await stores().postMortems.put(first)).toBe(true);
      expect(await stores().postMortems.put(second)).toBe(true);
      expect(await stores().postMortems.get(first.failureId, 1)).toStrictEqual(first);
      expect(await stores().postMortems.get(first.failureId, 2)).toStrictEqual(second);
      expect(await stores().postMortems.get(first.failureId, 3)).toBeUndefined();
    });

    it('takes only the next version: of two writers at once one is told to read again', async () => {
      const first = postMortem();
      const [one, other] = await Promise.all([stores().postMortems.put(first), stores().postMortems.put(first)]);
      expect([one, other].toSorted()).toEqual([false, true]);
      expect(await stores().postMortems.put({ ...first, version: 3 })).toBe(false);
      expect(await stores().postMortems.put({ ...first, version: 2, filledFrom: 9 })).toBe(true);
      expect(await stores().postMortems.get(first.failureId, 1)).toMatchObject({ version: 2, filledFrom: 9 });
    });
  });

  describe(`PageStore contract: ${name}`, () => {
    it('forgets what the next version does not say', async () => {
      const first: PageRecord = {
        schema: 1,
        failureId: newFailureId(),
        episode: 1,
        version: 1,
        attempts: 1,
        state: 'again',
        nextAt: noon.toISOString(),
        reason: 'it answered HTTP 500',
      };
      await stores().pages.put(first);
      expect(await stores().pages.get(first.failureId, 1)).toStrictEqual(first);
      const { nextAt: _nextAt, reason: _reason, ...rest } = first;
      const taken: PageRecord = { ...rest, version: 2, attempts: 2, state: 'taken' };
      expect(await stores().pages.put(taken)).toBe(true);
      expect(await stores().pages.get(first.failureId, 1)).toStrictEqual(taken);
    });
  });

  describe(`TurnStore contract: ${name}`, () => {
    it('gives a turn to one of several at once, and again when its time is over', async () => {
      const turn = newName('automatic/shop');
      const take = (by: string, at: Date) => stores().turns.take({ name: turn, by, at, everyMs: hourMs });
      const taken = await Promise.all(['F-1', 'F-2', 'F-3'].map((by) => take(by, noon)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      const winner = `F-${taken.indexOf(true) + 1}`;
      expect(await take(winner, noon)).toBe(true);
      expect(await take('F-9', new Date(noon.getTime() + hourMs - 1))).toBe(false);
      expect(await take('F-9', new Date(noon.getTime() + hourMs))).toBe(true);
    });
  });
}
