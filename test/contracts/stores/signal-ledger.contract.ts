import { describe, expect, it } from 'vitest';
import { GroupBusyError } from '../../../lib/errors.ts';
import { maxOpenIntents, type SignalLedger } from '../../../lib/ports.ts';
import { signalKey } from '../../../lib/signal/signal-key.ts';
import { newFailureId, newFingerprint, newName, signal } from './samples.ts';
import type { Stores } from './stores.ts';

const at = new Date('2026-11-03T12:00:05.000Z');
const settleDueAt = at.getTime() + 90_000;

export function signalLedgerContract(name: string, stores: () => Stores): void {
  describe(`SignalLedger contract: ${name}`, () => {
    const begin = (
      fingerprint = newFingerprint(),
      batch = newName('batch'),
      given: Partial<Parameters<SignalLedger['intend']>[0]> = {},
    ) => {
      const intent = { fingerprint, batch, template: 'GET <path> answers <n>', signals: ['ci#1'], at, settleDueAt };
      return stores().ledger.intend({ ...intent, newFailureId: newFailureId(), ...given });
    };
    const put = (given: Partial<Parameters<SignalLedger['record']>[0]>) =>
      stores().ledger.record({
        source: 'ci',
        signal: signal(),
        bodyHash: 'hash',
        fingerprint: newFingerprint(),
        batch: 'b',
        receivedAt: at,
        expiresAtSeconds: Math.floor(Date.now() / 1000) + 86_400,
        ...given,
      });

    it('gives a new group the offered failure, and every later intent the same one', async () => {
      const failureId = newFailureId();
      const first = await begin(undefined, 'b1', { newFailureId: failureId, template: 'first' });
      const second = await begin(first.fingerprint, 'b2', { template: 'second' });
      expect(first).toStrictEqual({
        fingerprint: first.fingerprint,
        failureId,
        count: 0,
        firstSeenAt: at.toISOString(),
        lastSeenAt: at.toISOString(),
        template: 'first',
        intents: { b1: { signals: ['ci#1'], at: at.getTime() } },
        rev: 1,
      });
      expect(second).toMatchObject({ failureId, template: 'first', rev: 2 });
      expect(Object.keys(second.intents).sort()).toEqual(['b1', 'b2']);
      expect(await stores().ledger.group(first.fingerprint)).toStrictEqual(second);
    });

    it('takes an intent that is sent again for the same one', async () => {
      const first = await begin(undefined, 'b1');
      const again = await begin(first.fingerprint, 'b1');
      expect(again).toStrictEqual(first);
    });

    it('refuses one intent too many, and takes it when another was settled', async () => {
      const { fingerprint } = await begin(undefined, 'b0');
      for (let n = 1; n < maxOpenIntents; n += 1) await begin(fingerprint, `b${n}`);
      await expect(begin(fingerprint, 'late')).rejects.toBeInstanceOf(GroupBusyError);
      // Its own repeated write is not one too many.
      await begin(fingerprint, 'b7');
      expect(Object.keys((await stores().ledger.group(fingerprint))?.intents ?? {})).toHaveLength(maxOpenIntents);
      await stores().ledger.settle({ fingerprint, batch: 'b3', count: 0 });
      await stores().ledger.settle({ fingerprint, batch: 'b3', count: 0 });
      expect(Object.keys((await begin(fingerprint, 'late')).intents)).toHaveLength(maxOpenIntents);
      await expect(begin(fingerprint, 'later')).rejects.toThrow('to be sent again');
    });

    it('lets exactly one of two first intents choose the failure', async () => {
      const fingerprint = newFingerprint();
      const groups = await Promise.all(['b1', 'b2', 'b3'].map((batch) => begin(fingerprint, batch)));
      expect(new Set(groups.map(({ failureId }) => failureId)).size).toBe(1);
    });

    it('knows no group that nobody intended', async () => {
      expect(await stores().ledger.group(newFingerprint())).toBeUndefined();
    });

    it('tells a new signal from its duplicate, from the same write repeated, and from a reused id', async () => {
      const one = signal();
      expect(await put({ signal: one, batch: 'b1' })).toBe('new');
      expect(await put({ signal: one, batch: 'b1' })).toBe('mine');
      expect(await put({ signal: one, batch: 'b2' })).toBe('duplicate');
      expect(await put({ signal: one, batch: 'b2', bodyHash: 'other' })).toBe('reused');
      expect(await put({ signal: one, batch: 'b1', bodyHash: 'other' })).toBe('reused');
      expect(await put({ signal: one, source: 'another sender' })).toBe('new');
    });

    it('counts a signal for one of two batches that bring it at once', async () => {
      const one = signal();
      const outcomes = await Promise.all(['b1', 'b2', 'b3', 'b4'].map((batch) => put({ signal: one, batch })));
      expect(outcomes.sort()).toEqual(['duplicate', 'duplicate', 'duplicate', 'new']);
    });

    it('keeps a source and an id apart wherever they contain the separator', async () => {
      const id = newName('id');
      expect(await put({ source: 'a#b', signal: signal({ id }) })).toBe('new');
      expect(await put({ source: 'a', signal: signal({ id: `b#${id}` }) })).toBe('new');
    });

    it('returns what a batch recorded, field for field, and nothing of another batch', async () => {
      const [mine, theirs, missing] = [signal(), signal(), signal()];
      const batch = newName('batch');
      await put({ signal: mine, batch });
      await put({ signal: theirs, batch: newName('batch') });
      const keys = [mine, theirs, missing, mine].map(({ id }) => signalKey('ci', id));
      expect(await stores().ledger.recordedBy(batch, keys)).toStrictEqual([
        { key: signalKey('ci', mine.id), signal: mine },
      ]);
      expect(await stores().ledger.recordedBy(batch, [])).toEqual([]);
    });

    it('reads back more signals than one request may ask for', async () => {
      const batch = newName('batch');
      const signals = Array.from({ length: 120 }, () => signal());
      await Promise.all(signals.map((one) => put({ signal: one, batch })));
      const keys = signals.map(({ id }) => signalKey('ci', id));
      expect((await stores().ledger.recordedBy(batch, keys)).map(({ key }) => key)).toEqual(keys);
    });

    it('settles a batch once, whoever comes second', async () => {
      const { fingerprint } = await begin(undefined, 'b1');
      const { ledger } = stores();
      const settlement = { fingerprint, batch: 'b1', count: 3 };
      const answers = await Promise.all([1, 2, 3].map(() => ledger.settle(settlement)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await ledger.settle(settlement)).toBe(false);
      expect(await ledger.group(fingerprint)).toMatchObject({ count: 3, intents: {} });
    });

    it('answers false for a group and a batch that never were', async () => {
      const { ledger } = stores();
      const { fingerprint } = await begin(undefined, 'b1');
      expect(await ledger.settle({ fingerprint, batch: 'b2', count: 1 })).toBe(false);
      const unknown = newFingerprint();
      expect(await ledger.settle({ fingerprint: unknown, batch: 'b1', count: 1 })).toBe(false);
      expect(await ledger.group(unknown)).toBeUndefined();
    });

    it('adds up concurrent settlements and keeps the earliest and the latest sighting, in any order', async () => {
      const fingerprint = newFingerprint();
      const minutes = [7, 3, 9, 1, 5, 8];
      for (const minute of minutes) await begin(fingerprint, `b${minute}`);
      await Promise.all(
        minutes.map((minute) =>
          stores().ledger.settle({
            fingerprint,
            batch: `b${minute}`,
            count: minute,
            // Given with an offset: compared as times, whatever the text.
            firstSeenAt: `2026-11-03T14:0${minute}:00+02:00`,
            lastSeenAt: `2026-11-03T12:0${minute}:30Z`,
          }),
        ),
      );
      expect(await stores().ledger.group(fingerprint)).toMatchObject({
        count: 33,
        intents: {},
        firstSeenAt: '2026-11-03T12:01:00.000Z',
        lastSeenAt: '2026-11-03T12:09:30.000Z',
      });
    });

    it('leaves the sightings alone when a batch held only duplicates', async () => {
      const { fingerprint } = await begin(undefined, 'b1');
      const { ledger } = stores();
      const seen = '2026-11-03T11:00:00.000Z';
      await ledger.settle({ fingerprint, batch: 'b1', count: 1, firstSeenAt: seen, lastSeenAt: seen });
      await begin(fingerprint, 'b2');
      await ledger.settle({ fingerprint, batch: 'b2', count: 0 });
      expect(await ledger.group(fingerprint)).toMatchObject({ count: 1, firstSeenAt: seen, lastSeenAt: seen });
    });

    it('takes attention away with the settlement only when nothing was added since', async () => {
      const { ledger, attention } = stores();
      const alone = await begin(undefined, 'b1');
      const target = { kind: 'group' as const, fingerprint: alone.fingerprint };
      expect((await attention.read(target))?.attentionAt).toBe(settleDueAt);
      await ledger.settle({ fingerprint: alone.fingerprint, batch: 'b1', count: 1, aloneAtRev: alone.rev });
      expect(await attention.read(target)).toBeUndefined();

      const before = await begin(alone.fingerprint, 'b2');
      await begin(alone.fingerprint, 'b3');
      await ledger.settle({ fingerprint: alone.fingerprint, batch: 'b2', count: 1, aloneAtRev: before.rev });
      expect(await attention.read(target)).toMatchObject({ dues: { settle: settleDueAt }, attentionAt: settleDueAt });
      expect(await ledger.group(alone.fingerprint)).toMatchObject({ count: 2, intents: { b3: {} } });
    });

    it('repoints a group that still points where it was read, once', async () => {
      const { ledger } = stores();
      const { fingerprint, failureId } = await begin();
      const [to, other] = [newFailureId(), newFailureId()];
      expect(await ledger.repoint(fingerprint, failureId, to)).toBe(true);
      expect(await ledger.repoint(fingerprint, failureId, to)).toBe(true);
      expect(await ledger.repoint(fingerprint, failureId, other)).toBe(false);
      expect((await ledger.group(fingerprint))?.failureId).toBe(to);
      expect(await ledger.repoint(newFingerprint(), failureId, to)).toBe(false);
    });
  });
}
