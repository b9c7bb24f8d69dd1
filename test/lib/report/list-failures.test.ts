import { describe, expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import type { Failure } from '../../../lib/failure/failure.ts';
import type { FailureFilter } from '../../../lib/failure/failure-query.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { listFailures } from '../../../lib/report/list-failures.ts';
import { acknowledged, openFailure, resolved } from '../../contracts/stores/samples.ts';

const policy = Policy.parse({ version: 1, channels: { default: '#failures' } });
const now = () => new Date('2026-11-20T12:00:00.000Z');
const daysAgo = (days: number) => new Date(now().getTime() - days * 86_400_000).toISOString();

async function setting(given: Failure[]) {
  const { failures, runs } = memoryStores();
  for (const failure of given) {
    const { level, component, openedAt, title } = failure;
    const opened = openFailure({ id: failure.id, level, component, openedAt, title });
    await failures.open(opened, { show: 0 });
    if (failure.version > opened.version) await failures.saveState(failure, { expectedVersion: opened.version });
  }
  const ports = { failures, runs, policy, now };
  const ids = async (filter: FailureFilter) =>
    (await listFailures(ports, filter)).listed.map(({ failure }) => failure.id);
  const pages = async (filter: FailureFilter) => {
    const found: string[][] = [];
    let after: string | undefined;
    do {
      const page = await listFailures(ports, { ...filter, ...(after && { after }) });
      found.push(page.listed.map(({ failure }) => failure.id));
      after = page.next;
    } while (after);
    return found;
  };
  return { ids, pages, ports };
}

const open = (days: number) => openFailure({ openedAt: daysAgo(days) });
const done = (days: number) => resolved(open(days), daysAgo(days));

describe('a list of failures', () => {
  it('is narrowed to a status, a time, and who has it', async () => {
    const [fresh, old] = [open(1), open(20)];
    const taken = { ...acknowledged(open(2)), acknowledgedBy: 'U0ADA' } as Failure;
    const [ended, longEnded] = [done(3), done(45)];
    const { ids } = await setting([fresh, old, taken, ended, longEnded]);
    expect(new Set(await ids({}))).toEqual(new Set([fresh.id, taken.id, old.id]));
    expect(await ids({ status: 'unacknowledged' })).toEqual([fresh.id, old.id]);
    expect(await ids({ status: 'acknowledged' })).toEqual([taken.id]);
    expect(await ids({ status: 'recovering' })).toEqual([]);
    // Without a time: the last thirty days.
    expect(await ids({ status: 'resolved' })).toEqual([ended.id]);
    expect(await ids({ status: 'resolved', since: daysAgo(60) })).toEqual([ended.id, longEnded.id]);
    expect(await ids({ status: 'all', since: daysAgo(7) })).toEqual([fresh.id, taken.id, ended.id]);
    expect(await ids({ status: 'all', since: daysAgo(7), until: daysAgo(1.5) })).toEqual([taken.id, ended.id]);
    expect(await ids({ status: 'all', by: 'U0ADA' })).toEqual([taken.id]);
  });

  it('is shown page by page, from what is open to what was resolved, without a gap or a repeat', async () => {
    const all = [...Array.from({ length: 23 }, (_, day) => open(day)), ...Array.from({ length: 14 }, () => done(4))];
    const { pages } = await setting(all);
    const found = await pages({ status: 'all' });
    expect(found.map(({ length }) => length)).toEqual([10, 10, 10, 7]);
    expect(new Set(found.flat())).toEqual(new Set(all.map(({ id }) => id)));
    expect(found.flat().slice(0, 23)).toEqual(all.slice(0, 23).map(({ id }) => id));
    expect((await pages({})).map(({ length }) => length)).toEqual([10, 10, 3]);
    expect((await pages({ maxLevel: 1 })).flat()).toEqual([]);
  });

  it('says how many it looked through when it stops before the end, and goes on from there', async () => {
    const mine = { ...acknowledged(open(29)), acknowledgedBy: 'U0ADA' } as Failure;
    const { pages, ports } = await setting([...Array.from({ length: 230 }, () => open(1)), mine]);
    const first = await listFailures(ports, { by: 'U0ADA' });
    expect(first).toMatchObject({ listed: [], lookedThrough: 200 });
    expect((await pages({ by: 'U0ADA' })).flat()).toEqual([mine.id]);
  });
});
