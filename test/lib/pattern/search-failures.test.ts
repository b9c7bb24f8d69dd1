import { describe, expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import type { Failure } from '../../../lib/failure/failure.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { searchFailures } from '../../../lib/pattern/search-failures.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { FailureSearch } from '../../../lib/ports.ts';
import { newFailureId, openFailure, resolved } from '../../contracts/stores/samples.ts';

const now = () => new Date('2026-11-20T12:00:00.000Z');
const openedAt = '2026-11-19T12:00:00.000Z';
const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures' },
  components: { shop: { title: 'Shop' } },
});

async function setting(propose: FailureSearch['propose']) {
  const stores = memoryStores();
  const lines: string[] = [];
  const ports = { ...stores, search: { propose }, policy, now, log: (decision: string) => void lines.push(decision) };
  const keep = async (title: string, over: Partial<Failure> = {}, end = false) => {
    const opened = openFailure({ title, openedAt, component: 'shop', ...(over as object) });
    await stores.failures.open(opened, { show: 0 });
    if (end) await stores.failures.saveState(resolved(opened, openedAt), { expectedVersion: opened.version });
    return opened.id;
  };
  return { ports, keep, lines };
}

describe('a search', () => {
  it('shows how each proposed failure stands now, with why it was found, and drops what has nothing in common', async () => {
    const proposed: FailureId[] = [];
    const { ports, keep } = await setting(async () => proposed);
    const open = await keep('The basket is empty');
    const ended = await keep('A basket was lost', {}, true);
    proposed.push(
      newFailureId(),
      ended,
      await keep('Printer on fire', { report: { whatHappened: '', attemptedFixes: [] } }),
      open,
    );
    const page = await searchFailures(ports, { words: 'basket' });
    expect(page.hits.map(({ failure }) => [failure.id, failure.status])).toEqual([
      [ended, 'resolved'],
      [open, 'open'],
    ]);
    expect(page).toMatchObject({
      from: 'memory',
      isAway: false,
      hits: [{ reasons: [{ kind: 'words', words: ['basket'] }] }, {}],
    });
    const resolvedOnly = await searchFailures(ports, { words: 'basket', filter: { status: 'resolved' } });
    expect(resolvedOnly.hits.map(({ failure }) => failure.id)).toEqual([ended]);
    expect((await searchFailures(ports, { words: 'basket', filter: { since: now().toISOString() } })).hits).toEqual([]);
  });

  it('goes on page by page without a gap or a repeat', async () => {
    const proposed: FailureId[] = [];
    const { ports, keep } = await setting(async () => proposed);
    for (let each = 0; each < 23; each++) proposed.push(await keep(each % 3 ? 'A basket' : 'Nothing of the kind'));
    const wanted = proposed.filter((_, each) => each % 3);
    const found: string[] = [];
    let from: number | undefined = 0;
    const sizes: number[] = [];
    while (from !== undefined) {
      const page: Awaited<ReturnType<typeof searchFailures>> = await searchFailures(ports, { words: 'basket', from });
      found.push(...page.hits.map(({ failure }) => failure.id));
      sizes.push(page.hits.length);
      from = page.next;
    }
    expect(found).toEqual(wanted);
    expect(sizes).toEqual([5, 5, 5]);
  });

  it('finds in the list itself what memory cannot be asked for, and says so', async () => {
    const { ports, keep, lines } = await setting(() => Promise.reject(new Error('connect ECONNREFUSED')));
    const named = await keep('Basket 500 of the till');
    const other = await keep('The till is closed', {}, true);
    const page = await searchFailures(ports, { words: 'till basket' });
    expect(page).toMatchObject({ from: 'list', isAway: true });
    expect(page.hits.map(({ failure }) => failure.id)).toEqual([named, other]);
    expect(lines).toEqual(['memory cannot be searched']);
    const { search: _none, ...without } = ports;
    expect((await searchFailures(without, { words: '500' })).hits.map(({ failure }) => failure.id)).toContain(named);
  });
});
