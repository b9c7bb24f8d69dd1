import { describe, expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { maxSweepAttempts } from '../../../lib/attention/attention.ts';
import { sweep } from '../../../lib/attention/sweep.ts';
import type { FailureId, Fingerprint } from '../../../lib/failure/ids.ts';
import { intentFenceMs } from '../../../lib/failure/record-signals.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { signalKey } from '../../../lib/signal/signal-key.ts';
import { newFailureId, newFingerprint, openFailure, signal } from '../../contracts/stores/samples.ts';

const began = Date.parse('2026-11-03T12:00:00.000Z');

/** A world with a clock, where notify hints of chosen failures cannot be sent. */
function setting() {
  const stores = memoryStores();
  const sent: FailureId[] = [];
  const broken = new Set<FailureId>();
  const decisions: string[] = [];
  const clock = { at: began };
  const ports = {
    ...stores,
    hints: {
      notify: async ({ failureId }: { failureId: FailureId }) => {
        if (broken.has(failureId)) throw new Error('cannot be sent');
        sent.push(failureId);
      },
      learn: async () => {},
      recovery: async () => {},
      effects: async () => {},
      work: async () => {},
      bundle: async () => {},
    },
    policy: Policy.parse({ version: 1, channels: { default: '#failures' } }),
    ids: {
      failureId: newFailureId,
      runId: () => {
        throw new Error('nobody recovers here');
      },
      workItemId: () => {
        throw new Error('nobody recovers here');
      },
      actionId: () => 'action',
    },
    now: () => new Date(clock.at),
    log: (decision: string) => void decisions.push(decision),
  };
  const open = async (show = began): Promise<FailureId> => {
    const failure = openFailure();
    await stores.failures.open(failure, { show });
    return failure.id;
  };
  const openMany = (count: number, show?: number) => Promise.all(Array.from({ length: count }, () => open(show)));
  const sweepOnce = (given: Partial<typeof ports> = {}) =>
    sweep({ ...ports, ...given }, { deadline: Number.POSITIVE_INFINITY });
  return { stores, ports, sent, broken, decisions, clock, open, openMany, sweepOnce };
}

describe('a sweep', () => {
  it('gets to everything that is due, whatever cannot be sent before it', async () => {
    const { sent, broken, openMany, sweepOnce, stores } = setting();
    for (const id of await openMany(250, began - 5000)) broken.add(id);
    const fine = await openMany(5);
    expect(await sweepOnce()).toEqual({ looked: 255, sent: 5 });
    expect(sent.toSorted()).toEqual(fine.toSorted());
    for (const id of broken) expect(await stores.failures.get(id)).toMatchObject({ sweepAttempts: 1 });
  });

  it('gets to everything that is due, whatever cannot even be pushed back before it', async () => {
    const { sent, openMany, sweepOnce, stores } = setting();
    const stuck = new Set<FailureId>(await openMany(250, began - 5000));
    const fine = await openMany(5);
    const { attention } = stores;
    const refusing: typeof attention = {
      ...attention,
      pushBack: async (item, until, options) => {
        if (item.target.kind === 'failure' && stuck.has(item.target.failureId)) throw new Error('too large');
        return attention.pushBack(item, until, options);
      },
    };
    expect(await sweepOnce({ attention: refusing })).toEqual({ looked: 255, sent: 5 });
    expect(sent.toSorted()).toEqual(fine.toSorted());
  });

  it('parks with its reason what throws again and again', async () => {
    const { clock, open, sweepOnce, stores, ports, decisions } = setting();
    const id = await open();
    let looks = 0;
    const { attention } = stores;
    const throwing: typeof attention = {
      ...attention,
      // The first pushBack of each sweep throws, the one that counts the attempt works.
      pushBack: async (item, until, options) => {
        looks += 1;
        if (looks % 2 === 1) throw new Error('throttled');
        return attention.pushBack(item, until, options);
      },
    };
    for (let minute = 0; minute < 600; minute += 1) {
      await sweep({ ...ports, attention: throwing }, { deadline: Number.POSITIVE_INFINITY });
      clock.at += 60_000;
    }
    expect(looks).toBe(2 * maxSweepAttempts);
    expect(await stores.failures.get(id)).toMatchObject({ parked: expect.stringContaining('attempts: show') });
    expect(decisions).toContain('parked');
    await sweepOnce();
    expect(looks).toBe(2 * maxSweepAttempts);
  });

  it('goes on behind what was pushed back and the lagging index still lists, and sends nothing twice', async () => {
    const { sent, openMany, sweepOnce, stores } = setting();
    await openMany(130, began - 5000);
    const { attention } = stores;
    const stale = await attention.due(began + 60_000, 1000);
    await sweepOnce();
    expect(sent).toHaveLength(130);
    const late = await openMany(3);
    const lagging: typeof attention = {
      ...attention,
      due: async (before, limit, after = '') => {
        const fresh = await attention.due(before, 1000);
        const listed = [...stale, ...fresh.filter(({ place }) => !stale.some((was) => was.place === place))];
        return listed.filter(({ place }) => place > after).slice(0, limit);
      },
    };
    expect(await sweepOnce({ attention: lagging })).toEqual({ looked: 133, sent: 3 });
    expect(sent.slice(130).toSorted()).toEqual(late.toSorted());
  });
});

describe('intents whose writers died', () => {
  const fingerprint: Fingerprint = newFingerprint();
  const failure = openFailure({ fingerprint });

  /** Three of them, one signal each; reading back what the second recorded fails. */
  async function threeLost() {
    const world = setting();
    const { ledger, failures } = world.stores;
    await failures.open(failure, {});
    for (const batch of ['b1', 'bad', 'b3']) {
      const one = signal();
      await ledger.intend({
        fingerprint,
        template: 't',
        batch,
        signals: [signalKey('ci', one.id)],
        newFailureId: failure.id,
        at: new Date(began),
        settleDueAt: began + intentFenceMs,
      });
      await ledger.record({
        source: 'ci',
        signal: one,
        bodyHash: 'h',
        fingerprint,
        batch,
        receivedAt: new Date(began),
        expiresAtSeconds: 4_000_000_000,
      });
    }
    const failing: typeof ledger = {
      ...ledger,
      recordedBy: async (batch, signals) => {
        if (batch === 'bad') throw new Error('cannot be read');
        return ledger.recordedBy(batch, signals);
      },
    };
    world.clock.at += intentFenceMs;
    return { ...world, failing };
  }

  it('are settled one by one: one that cannot be does not keep the others', async () => {
    const { failing, sweepOnce, stores, clock } = await threeLost();
    await sweepOnce({ ledger: failing });
    const group = await stores.ledger.group(fingerprint);
    expect([group?.count, Object.keys(group?.intents ?? {})]).toEqual([2, ['bad']]);
    // Mended: the next attempt counts it.
    clock.at += 5 * 60_000;
    await sweepOnce();
    expect(await stores.ledger.group(fingerprint)).toMatchObject({ count: 3, intents: {} });
  });

  it('are parked in the end, and looked at again with the next signal of their group', async () => {
    const { failing, sweepOnce, stores, clock } = await threeLost();
    const target = { kind: 'group' as const, fingerprint };
    for (let minute = 0; minute < 600; minute += 1) {
      await sweepOnce({ ledger: failing });
      clock.at += 60_000;
    }
    expect(stores.world.groups.get(fingerprint)?.parked).toContain('failed after 12 attempts: bad: Error: cannot be');
    expect(await stores.attention.read(target)).toBeUndefined();

    const intent = { fingerprint, template: 't', batch: 'next', signals: [], newFailureId: failure.id };
    await stores.ledger.intend({ ...intent, at: new Date(clock.at), settleDueAt: clock.at + intentFenceMs });
    clock.at += intentFenceMs;
    await sweepOnce();
    expect(await stores.ledger.group(fingerprint)).toMatchObject({ count: 3, intents: {} });
  });
});

it('sends a failure that was kept long enough to where it is forgotten, and not before', async () => {
  const { stores, ports, clock, sweepOnce } = setting();
  const failure = openFailure();
  await stores.failures.open(failure, { forget: began + 3_600_000 });
  const sent: FailureId[] = [];
  const hints = {
    ...ports.hints,
    effects: async ({ failureId }: { failureId: FailureId }) => void sent.push(failureId),
  };
  await sweepOnce({ hints } as Partial<typeof ports>);
  expect(sent).toEqual([]);
  clock.at += 3_600_000;
  await sweepOnce({ hints } as Partial<typeof ports>);
  expect(sent).toEqual([failure.id]);
});
