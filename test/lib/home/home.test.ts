import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sparkline } from '../../../lib/adapters/slack/home/sparkline.ts';
import type { Failure } from '../../../lib/failure/failure.ts';
import { type HomeFacts, homeOf, trendDays } from '../../../lib/home/home.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { Level } from '../../../lib/signal/signal.ts';
import { acknowledged, openFailure } from '../../contracts/stores/samples.ts';

const at = new Date('2026-11-22T03:00:00.000Z');
const policy = Policy.parse({ version: 1, channels: { default: '#failures' } });
const nothing: HomeFacts = {
  failures: [],
  tally: { open: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 }, days: {}, isMore: false },
  runs: [],
  mayApprove: true,
  owners: [],
  mayOpenGates: true,
  holders: [],
  knownRunners: [],
  items: [],
  mutes: [],
  parked: [],
};
const home = (facts: Partial<HomeFacts>) => homeOf({ ...nothing, ...facts }, { by: 'U0ADA', at, policy });
const listed = (failures: Failure[]) =>
  failures.map((failure) => ({ failure, count: 1, lastSeenAt: failure.openedAt, place: '' }));

describe('the start page of a person', () => {
  it('names each failure once: to whom it burns, who has it, or among the others', () => {
    const someFailure = fc
      .record({ level: fc.integer({ min: 1, max: 5 }), by: fc.constantFrom(undefined, 'U0ADA', 'U0GRACE') })
      .map(({ level, by }) => {
        const open = openFailure({ level: level as Level });
        return by === undefined ? open : ({ ...acknowledged(open), acknowledgedBy: by } as Failure);
      });
    fc.assert(
      fc.property(fc.array(someFailure, { maxLength: 40 }), (failures) => {
        const counts = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };
        for (const { level } of failures) counts[level] += 1;
        const { burning, mine, others } = home({
          failures: listed(failures),
          tally: { ...nothing.tally, open: counts },
        });
        const parts = [burning, mine, others];
        const ids = parts.flatMap(({ shown }) => shown.map(({ id }) => id));
        expect(new Set(ids).size).toBe(ids.length);
        expect(parts.reduce((sum, { shown, left }) => sum + shown.length + left, 0)).toBe(failures.length);
        expect(burning.shown.every(({ level, status }) => level >= 3 && status === 'open')).toBe(true);
        expect(mine.shown.every(({ by }) => by === 'U0ADA')).toBe(true);
      }),
    );
  });

  it('is about what this person owns as long as nobody has it', () => {
    const owned = Policy.parse({ ...policy, owner: '@oncall', components: { vault: { owner: 'U0ADA0ADA' } } });
    const mine = (failure: Failure, owners: string[]) =>
      homeOf({ ...nothing, owners, failures: listed([failure]) }, { by: 'U0ADA', at, policy: owned }).mine.shown.length;
    const small = openFailure({ level: 2 });
    expect(mine(small, ['@oncall'])).toBe(1);
    expect(mine(small, [])).toBe(0);
    expect(mine(openFailure({ level: 2, component: 'vault' }), ['U0ADA0ADA'])).toBe(1);
    expect(mine(openFailure({ level: 2, component: 'vault' }), ['@oncall'])).toBe(0);
    expect(mine({ ...acknowledged(small), acknowledgedBy: 'U0GRACE' } as Failure, ['@oncall'])).toBe(0);
  });

  it('counts what is open beyond what was read', () => {
    const { others } = home({
      failures: listed([openFailure({ level: 2 })]),
      tally: { ...nothing.tally, open: { 1: 400, 2: 1, 3: 0, 4: 0, 5: 0 } },
    });
    expect(others).toMatchObject({ shown: [{ level: 2 }], left: 400 });
  });

  it('has a bar for each of fourteen days, today last', () => {
    const { trend } = home({
      tally: { ...nothing.tally, days: { '2026-11-22': 8, '2026-11-09': 1, '2026-11-08': 9 } },
    });
    expect(trend).toEqual([1, ...Array(trendDays - 2).fill(0), 8]);
    expect(sparkline(trend)).toBe('▁············█');
    expect(sparkline([0, 0])).toBe('··');
  });
});
