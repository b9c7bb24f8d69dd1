import { describe, expect, it } from 'vitest';
import { FailureNotFoundError, VersionConflictError } from '../../../lib/errors.ts';
import type { Failure } from '../../../lib/failure/failure.ts';
import { mergeInto, splitOff } from '../../../lib/failure/moves/merging.ts';
import type { CardRecord } from '../../../lib/ports.ts';
import * as sample from './samples.ts';
import type { Stores } from './stores.ts';

const { openFailure, acknowledged, recovering, resolved, reopened, recurred, newFailureId, newName } = sample;

export function failureStoreContract(name: string, stores: () => Stores): void {
  const store = () => stores().failures;
  const opened = async (given: Parameters<typeof openFailure>[0] = {}, dues = {}) => {
    const failure = openFailure(given);
    expect(await store().open(failure, dues)).toBe('opened');
    return failure;
  };
  const save = (failure: Failure, dues = {}) =>
    store().saveState(failure, { expectedVersion: failure.version - 1, dues });
  const state = async (id: Failure['id']) => (await store().get(id))?.failure;

  describe(`FailureStore contract: ${name}`, () => {
    it('returns what was opened, field for field', async () => {
      const failure = await opened({}, { show: 5, learn: 7 });
      expect(await store().get(failure.id)).toStrictEqual({
        failure,
        cards: {},
        dues: { show: 5, learn: 7 },
        attentionAt: 5,
        rev: 1,
        sweepAttempts: 0,
      });
      expect(await store().get(newFailureId())).toBeUndefined();
    });

    it('gives an id away once: its own repeated write succeeds, another one is told', async () => {
      const failure = await opened();
      expect(await store().open(failure, {})).toBe('opened');
      expect(await store().open(openFailure({ id: failure.id }), {})).toBe('exists');
      expect(await state(failure.id)).toStrictEqual(failure);
    });

    it('returns what was saved, field for field, and nothing that only the old status had', async () => {
      let failure: Failure = await opened();
      const { claimedLevel: _, ...unclaimed } = reopened(failure);
      const moves: ((was: Failure) => Failure)[] = [acknowledged, recovering, resolved, reopened, recovering];
      for (const move of [...moves, (was: Failure) => ({ ...unclaimed, version: was.version + 1 }) as Failure]) {
        failure = move(failure);
        await save(failure);
        expect(await state(failure.id)).toStrictEqual(failure);
      }
    });

    it('keeps a merged failure whole and lists it no more, until it is split off', async () => {
      const component = newName('merged');
      const failure = await opened({ component });
      const move = { by: 'U0ADA', at: new Date('2026-11-03T13:00:00.000Z'), actionId: newName('a') };
      const taken = acknowledged(failure);
      await save(taken);
      const { failure: merged } = mergeInto(taken, { ...move, into: newFailureId() });
      await save(merged);
      expect(await state(failure.id)).toStrictEqual(merged);
      expect((await store().listOpen({ component, limit: 5 })).failures).toEqual([]);
      const { failure: split } = splitOff(merged, { ...move, actionId: newName('b') });
      await save(split);
      expect(await state(failure.id)).toStrictEqual(split);
      expect(split).toMatchObject({ status: 'acknowledged', version: 4 });
      expect((await store().listOpen({ component, limit: 5 })).failures).toMatchObject([
        { failure: { id: failure.id } },
      ]);
    });

    it('lets exactly one of two concurrent writers win', async () => {
      const failure = await opened();
      const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => save(acknowledged(failure))));
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(3);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(VersionConflictError);
      expect((await state(failure.id))?.version).toBe(2);
      expect(await store().timeline(failure.id)).toHaveLength(2);
    });

    it('takes its own repeated write for success, and refuses a stale one', async () => {
      const failure = await opened();
      const mine = acknowledged(failure);
      await save(mine);
      await save(mine);
      await expect(save(resolved(failure))).rejects.toBeInstanceOf(VersionConflictError);
      expect(await state(failure.id)).toStrictEqual(mine);
      expect((await store().timeline(failure.id)).map(({ version }) => version)).toEqual([1, 2]);
    });

    it('says so when there is no such failure', async () => {
      const failure = openFailure();
      await expect(save(acknowledged(failure))).rejects.toBeInstanceOf(FailureNotFoundError);
      await expect(store().addDue(failure.id, 'show', 1)).rejects.toBeInstanceOf(FailureNotFoundError);
      await expect(store().clearDues(failure.id, ['show'], 1)).rejects.toBeInstanceOf(FailureNotFoundError);
      await expect(store().saveSimilar(failure.id, [])).rejects.toBeInstanceOf(FailureNotFoundError);
      const lease = { holder: 'h', until: 2, now: 1 };
      await expect(store().leaseCard(failure.id, 'C1#1', lease)).rejects.toBeInstanceOf(FailureNotFoundError);
      expect(await store().get(failure.id)).toBeUndefined();
      expect(await store().timeline(failure.id)).toEqual([]);
    });

    it('keeps every timeline entry, in order, field for field', async () => {
      let failure: Failure = await opened();
      const entries = [failure.latestEntry];
      for (const move of [
        acknowledged,
        recovering,
        resolved,
        reopened,
        acknowledged,
        resolved,
        reopened,
        acknowledged,
        resolved,
        reopened,
      ]) {
        failure = move(failure);
        await save(failure);
        entries.push(failure.latestEntry);
      }
      expect(await store().timeline(failure.id)).toStrictEqual(entries);
    });

    it('writes what memory found beside the state, which neither loses nor brings it back', async () => {
      const failure = await opened();
      const similar = [
        {
          failureId: newFailureId(),
          title: 'like it',
          component: 'checkout',
          level: 3 as const,
          status: 'resolved' as const,
          lastSeenAt: failure.openedAt,
          outcomes: [{ strategy: 'rollback-and-retry', worked: 1, tried: 1 }],
        },
      ];
      await store().saveSimilar(failure.id, similar);
      // A click that read the failure before memory answered.
      await save(acknowledged(failure));
      const stored = await store().get(failure.id);
      expect(stored?.failure).toMatchObject({ status: 'acknowledged', similar });
      expect(stored?.failure.version).toBe(2);
      expect(stored?.dues).toHaveProperty('show');
      const done = resolved(acknowledged(failure));
      await save(done);
      await save(recurred(done, '2026-11-04T08:00:00.000Z'));
      expect((await state(failure.id))?.similar).toEqual([]);
    });

    describe('cards', () => {
      /** Its next episode; five are remembered. */
      const comesBack = (was: Failure): Failure => {
        const { openedAt, level, episode } = was;
        const over = { episode, openedAt, resolvedAt: openedAt, resolvedBy: 'U1', how: 'person' as const, level };
        return { ...recurred(was, openedAt), pastEpisodes: [over, ...was.pastEpisodes].slice(0, 5) };
      };
      const key = 'C0123#1';
      const card: CardRecord = {
        channel: 'C0123',
        episode: 1,
        posting: { token: 't-1', since: 10 },
        place: { channel: 'C0123', ts: '1.2', permalink: 'https://example.slack.com/p1' },
        shownVersion: 1,
        shownCount: 4,
        threadedVersion: 1,
        runMessages: { 'R-0123456789': { ts: '1.3', since: 11, shown: 'digest' } },
      };

      const blank = {
        channel: 'C0123',
        episode: 1,
        shownVersion: 0,
        shownCount: 0,
        threadedVersion: 0,
        runMessages: {},
      };

      it('lets exactly one of several concurrent holders take the lease', async () => {
        const { id } = await opened();
        const leases = await Promise.all(
          ['a', 'b', 'c'].map((holder) => store().leaseCard(id, key, { holder, until: 100, now: 1 })),
        );
        const taken = leases.filter((stored) => stored !== undefined);
        expect(taken).toHaveLength(1);
        expect(taken[0]?.cards[key]).toMatchObject({
          channel: 'C0123',
          episode: 1,
          shownVersion: 0,
          lease: { until: 100 },
        });
      });

      it('gives an expired lease to the next, and the old holder writes no more', async () => {
        const { id } = await opened();
        await store().leaseCard(id, key, { holder: 'slow', until: 100, now: 1 });
        expect(await store().leaseCard(id, key, { holder: 'next', until: 200, now: 99 })).toBeUndefined();
        expect(await store().leaseCard(id, key, { holder: 'next', until: 200, now: 100 })).toBeDefined();
        expect(await store().saveCard(id, key, card, { holder: 'slow' })).toBe(false);
        expect((await store().get(id))?.cards[key]).toMatchObject({ shownVersion: 0, lease: { holder: 'next' } });
      });

      it('returns the card as it was saved, and frees or renews its lease', async () => {
        const { id, ...failure } = await opened();
        await store().leaseCard(id, key, { holder: 'a', until: 100, now: 1 });
        const leased = { ...card, lease: { holder: 'a', until: 300 } };
        expect(await store().saveCard(id, key, leased, { holder: 'a' })).toBe(true);
        expect((await store().get(id))?.cards).toStrictEqual({ [key]: leased });
        expect(await store().leaseCard(id, key, { holder: 'b', until: 400, now: 250 })).toBeUndefined();

        const { posting: _, ...posted } = card;
        expect(await store().saveCard(id, key, posted, { holder: 'a' })).toBe(true);
        // Repeated after a lost answer: its own success.
        expect(await store().saveCard(id, key, posted, { holder: 'a' })).toBe(true);
        const stored = await store().get(id);
        expect(stored?.cards).toStrictEqual({ [key]: posted });
        expect(stored?.failure).toStrictEqual({ id, ...failure });
        expect(await store().saveCard(id, key, card, { holder: 'a' })).toBe(false);
      });

      it('keeps cards of two channels and of two episodes apart, whatever happens to the state', async () => {
        const failure = await opened();
        const keys = ['C1#1', 'C2#1', 'C1#2'];
        await Promise.all([
          ...keys.map(async (one) => {
            await store().leaseCard(failure.id, one, { holder: one, until: 100, now: 1 });
            await store().saveCard(failure.id, one, { ...card, shownCount: one.length }, { holder: one });
          }),
          save(acknowledged(failure)),
        ]);
        const stored = await store().get(failure.id);
        expect(Object.keys(stored?.cards ?? {}).sort()).toEqual([...keys].sort());
        expect(stored?.failure.status).toBe('acknowledged');
      });

      it('keeps the cards of the episodes that the failure remembers, and stays small however often it comes back', async () => {
        let failure: Failure = await opened();
        for (let episode = 1; episode <= 60; episode += 1) {
          const one = `C0123#${episode}`;
          await store().leaseCard(failure.id, one, { holder: 'h', until: 100, now: 1 });
          const shown = { ...card, episode, finished: true as const };
          // A holder that died keeps its lease for a while.
          if (episode % 7 > 0) await store().saveCard(failure.id, one, shown, { holder: 'h' });
          // In a channel that could not be used there never was a card.
          await store().leaseCard(failure.id, `C9#${episode}`, { holder: 'h', until: 100, now: 1 });
          await store().saveCard(failure.id, `C9#${episode}`, { ...blank, channel: 'C9', episode }, { holder: 'h' });
          failure = comesBack(failure);
          await store().saveState(failure, { expectedVersion: failure.version - 1 });
        }
        const stored = await store().get(failure.id);
        const kept = Object.values(stored?.cards ?? {}).map(({ episode }) => episode);
        expect([...new Set(kept)].toSorted()).toEqual([56, 57, 58, 59, 60]);
        expect(stored?.cards['C0123#60']?.place).toEqual(card.place);
        expect(Buffer.byteLength(JSON.stringify(stored))).toBeLessThan(20_000);
        expect(await store().saveCard(failure.id, 'C0123#42', card, { holder: 'h' })).toBe(false);
      }, 60_000);

      it('keeps a card of long ago until it is finished, unless that takes too long', async () => {
        let failure: Failure = await opened();
        const keptAt: Record<number, string[]> = {};
        const first = 'C0123#1';
        const unposted = { ...blank, posting: { token: 't', since: 1 } };
        for (const [one, shown] of Object.entries({ [first]: card, 'C8#1': unposted, 'C9#1': blank })) {
          await store().leaseCard(failure.id, one, { holder: 'h', until: 100, now: 1 });
          await store().saveCard(failure.id, one, shown, { holder: 'h' });
        }
        for (let episode = 2; episode <= 55; episode += 1) {
          failure = comesBack(failure);
          await store().saveState(failure, { expectedVersion: failure.version - 1 });
          keptAt[episode] = Object.keys((await store().get(failure.id))?.cards ?? {}).sort();
          if (episode !== 10) continue;
          await store().leaseCard(failure.id, first, { holder: 'h', until: 200, now: 150 });
          await store().saveCard(failure.id, first, { ...card, finished: true }, { holder: 'h' });
        }
        expect([keptAt[6], keptAt[7]]).toEqual([
          [first, 'C8#1', 'C9#1'],
          [first, 'C8#1'],
        ]);
        expect([keptAt[10], keptAt[11]]).toEqual([[first, 'C8#1'], ['C8#1']]);
        expect([keptAt[51], keptAt[52]]).toEqual([['C8#1'], []]);
      }, 60_000);
    });

    describe('lists', () => {
      const ids = (page: Awaited<ReturnType<Stores['failures']['listOpen']>>) =>
        page.failures.map(({ failure }) => failure.id);
      const seen = async (component: string, level: 1 | 2 | 3 | 4 | 5, minute: number) => {
        const openedAt = `2026-11-03T12:${String(minute).padStart(2, '0')}:00.000Z`;
        return opened({ component, level, openedAt });
      };

      it('shows the worst first, then what was seen last, page by page, without a gap or a repeat', async () => {
        const component = newName('c');
        const failures = await Promise.all(
          ([1, 3, 5, 3, 4, 3, 1, 3, 2, 3, 5, 3] as const).map((level, n) => seen(component, level, n * 5)),
        );
        const expected = failures
          .toSorted((a, b) => b.level - a.level || b.openedAt.localeCompare(a.openedAt))
          .map(({ id }) => id);
        for (const limit of [1, 5, 12, 50]) {
          const found: string[] = [];
          let after: string | undefined;
          do {
            const page = await store().listOpen({ component, limit, ...(after ? { after } : {}) });
            expect(page.failures.length).toBeLessThanOrEqual(limit);
            found.push(...ids(page));
            after = page.next;
          } while (after);
          expect(found).toEqual(expected);
        }
        const grave = await store().listOpen({ component, limit: 50, minLevel: 4 });
        expect(ids(grave)).toEqual(expected.slice(0, 3));
        expect(grave.next).toBeUndefined();
      });

      it('counts what is open by level, and everything by the day on which it was last seen', async () => {
        const most = 500;
        const july = { since: new Date('2031-07-02T00:00:00.000Z'), until: new Date('2031-08-01T09:00:00.000Z'), most };
        const before = await store().tally(july);
        const at = (day: string) => `2031-07-${day}T12:00:00.000Z`;
        await opened({ level: 5, openedAt: at('01') });
        await opened({ level: 5, openedAt: at('03') });
        await opened({ level: 2, openedAt: at('03') });
        const ended = resolved(await opened({ level: 2, openedAt: at('04') }));
        await save({ ...ended, resolvedAt: '2031-08-01T08:00:00.000Z' } as Failure);
        await expect
          .poll(() => store().tally(july))
          .toEqual({
            open: { ...before.open, 5: before.open[5] + 2, 2: before.open[2] + 1 },
            days: { '2031-07-03': 2, '2031-07-04': 1 },
            isMore: false,
          });
        expect(await store().tally({ ...july, most: 1 })).toMatchObject({ isMore: true });
      });

      it('lists a failure among the open ones, of all and of its component, until it is resolved', async () => {
        const component = newName('c');
        const failure = await opened({ component, level: 5 });
        const other = await opened({ component: `${component}-5`, level: 5 });
        const isListed = async (query: Partial<Parameters<Stores['failures']['listOpen']>[0]> = {}) =>
          ids(await store().listOpen({ limit: 10_000, minLevel: 5, ...query })).includes(failure.id);
        const done = resolved(failure, '2026-10-31T23:59:59.000Z');
        await save(done);
        expect([await isListed(), await isListed({ component })]).toEqual([false, false]);
        const again = recurred(done, '2026-11-05T10:00:00.000Z');
        await save(again);
        expect([await isListed(), await isListed({ component })]).toEqual([true, true]);
        expect(ids(await store().listOpen({ component: other.component, limit: 10 }))).toEqual([other.id]);
        const taken = acknowledged(again);
        await save(taken);
        expect(await isListed({ component })).toBe(true);
        await save(resolved(taken));
        expect(await isListed({ component })).toBe(false);
        await save(reopened(resolved(taken)));
        expect(await isListed({ component })).toBe(true);
      });

      it('shows what was resolved from a month on, newest month first, page by page, without a gap or a repeat', async () => {
        const at = (month: string, day: string) => `2033-${month}-${day}T12:00:00.000Z`;
        const end = async (month: string, day: string) => {
          const failure = resolved(await opened({ openedAt: at(month, day) }));
          await save({ ...failure, resolvedAt: at(month, '28') } as Failure);
          return failure.id;
        };
        const past = [await end('04', '03'), await end('05', '09'), await end('05', '11'), await end('06', '01')];
        const merged = await opened({ openedAt: at('05', '10') });
        await save(
          mergeInto(merged, { by: 'U1', at: new Date(at('05', '10')), actionId: newName('a'), into: newFailureId() })
            .failure,
        );
        const query = { since: new Date(at('05', '20')), until: new Date(at('06', '30')) };
        const newestFirst = past.slice(1).toReversed();
        await expect.poll(async () => ids(await store().listResolved({ ...query, limit: 9 }))).toEqual(newestFirst);
        for (const limit of [1, 2, 3]) {
          const found: string[] = [];
          let after: string | undefined;
          do {
            const page = await store().listResolved({ ...query, limit, ...(after ? { after } : {}) });
            expect(page.failures.length).toBeLessThanOrEqual(limit);
            found.push(...ids(page));
            after = page.next;
          } while (after);
          expect(found).toEqual(newestFirst);
        }
        const [first] = (await store().listResolved({ ...query, limit: 1 })).failures;
        expect(ids(await store().listResolved({ ...query, limit: 9, after: first?.place ?? '' }))).toEqual(
          newestFirst.slice(1),
        );
        const month = { since: new Date(at('04', '01')), until: new Date(at('06', '30')), most: 500 };
        const start = past[0]?.slice(0, 7) ?? '';
        expect((await store().findIds(start, month)).ids).toContain(past[0]);
        expect((await store().findIds(start, { ...month, since: new Date(at('05', '01')) })).ids).not.toContain(
          past[0],
        );
        expect((await store().findIds(merged.id, month)).ids).toEqual([]);
        const open = await opened({});
        await expect.poll(async () => (await store().findIds(open.id.slice(0, 7), month)).ids).toContain(open.id);
      });

      it('moves a failure among the worse ones when its level is raised', async () => {
        const component = newName('c');
        const [low, high] = [await seen(component, 2, 5), await seen(component, 3, 1)];
        expect(ids(await store().listOpen({ component, limit: 5 }))).toEqual([high.id, low.id]);
        await save({ ...acknowledged(low), level: 4 });
        expect(ids(await store().listOpen({ component, limit: 5 }))).toEqual([low.id, high.id]);
        expect(ids(await store().listOpen({ component, minLevel: 4, limit: 5 }))).toEqual([low.id]);
      });

      it('says how often and when last, from the group', async () => {
        const component = newName('c');
        const failure = await opened({ component });
        const { ledger } = stores();
        const { id: newId, fingerprint } = failure;
        await ledger.intend({
          fingerprint,
          template: 't',
          batch: 'b',
          signals: [],
          newFailureId: newId,
          at: new Date(0),
          settleDueAt: 1,
        });
        const lastSeenAt = '2026-11-03T13:00:00.000Z';
        await ledger.settle({ fingerprint, batch: 'b', count: 42, firstSeenAt: lastSeenAt, lastSeenAt });
        const { failures } = await store().listOpen({ component, limit: 5 });
        expect(failures).toStrictEqual([{ failure, count: 42, lastSeenAt, place: expect.any(String) }]);
      });

      it('moves a failure up once its card says that it was seen again', async () => {
        const component = newName('c');
        const [quiet, busy] = [await seen(component, 3, 30), await seen(component, 3, 5)];
        expect(ids(await store().listOpen({ component, limit: 5 }))).toEqual([quiet.id, busy.id]);
        const card = { channel: 'C1', episode: 1, shownVersion: 1, shownCount: 2, threadedVersion: 1, runMessages: {} };
        await store().leaseCard(busy.id, 'C1#1', { holder: 'h', until: 10, now: 1 });
        await store().saveCard(busy.id, 'C1#1', card, { holder: 'h', lastSeenAt: '2026-11-03T12:59:00.000Z' });
        expect(ids(await store().listOpen({ component, limit: 5 }))).toEqual([busy.id, quiet.id]);
      });

      it('refuses a place that is not one of its pages', async () => {
        await expect(store().listOpen({ limit: 1, after: 'nonsense' })).rejects.toThrow('list again from the start');
      });
    });
  });
}
