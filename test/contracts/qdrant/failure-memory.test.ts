import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { qdrantFailureMemory } from '../../../lib/adapters/qdrant/failure-memory.ts';
import { pointId } from '../../../lib/adapters/qdrant/sparse.ts';
import { Failure } from '../../../lib/failure/failure.ts';
import { FailureId } from '../../../lib/failure/ids.ts';
import type { FailureMemory } from '../../../lib/ports.ts';
import { startQdrant } from '../../../local/qdrant/start-qdrant.ts';

/** Runs on the stand-in; with QDRANT_URL, on that Qdrant as well (its collection `failures` is used). */
describe('failures in Qdrant', () => {
  let server: Awaited<ReturnType<typeof startQdrant>>;
  let memory: FailureMemory;
  const now = () => new Date('2026-11-22T03:00:00.000Z');

  beforeAll(async () => {
    server = await startQdrant({ port: 0 });
    memory = qdrantFailureMemory({ url: process.env.QDRANT_URL ?? server.url }, now);
  });
  afterAll(() => server.close());

  const failure = (id: string, title: string, message: string, over: object = {}): Failure =>
    Failure.parse({
      schema: 1,
      id,
      version: 1,
      episode: 1,
      status: 'open',
      component: 'shop',
      fingerprint: `v1#${pointId(id).replaceAll('-', '')}`,
      title,
      level: 3,
      levelReasons: ['3 tests fail'],
      firstOpenedAt: '2026-11-20T03:00:00.000Z',
      openedAt: '2026-11-20T03:00:00.000Z',
      report: { whatHappened: message, error: { message } },
      lastAction: { id: 'a', by: 'system:ingest', at: '2026-11-20T03:00:00.000Z' },
      latestEntry: { version: 1, at: '2026-11-20T03:00:00.000Z', by: 'system:ingest', kind: 'opened', text: 'Opened' },
      ...over,
    });
  const resolved = {
    status: 'resolved',
    resolvedBy: 'runner:demo',
    resolvedAt: '2026-11-20T04:00:00.000Z',
    how: 'recovery',
    outcomes: [{ strategy: 'rollback-and-retry', worked: 2, tried: 3 }],
  };

  it('finds the past failure most like a new one, with what was tried and how often it worked', async () => {
    await memory.remember(
      failure('F-AAAAAA', 'npm test failed: the cart answers 500', 'GET /cart expected 200 but got 500', resolved),
    );
    await memory.remember(
      failure('F-BBBBBB', 'Nightly backup did not finish', 'pg_dump: connection to server was lost'),
    );
    await memory.remember(failure('F-CCCCCC', 'Certificate expires in 3 days', 'x509: certificate will expire'));

    const [nearest, ...others] = await memory.similar(
      failure('F-DDDDDD', 'npm test failed: the cart answers 502', 'GET /cart expected 200 but got 502'),
      2,
    );

    expect(nearest).toMatchObject({
      failureId: 'F-AAAAAA',
      status: 'resolved',
      outcomes: [{ strategy: 'rollback-and-retry', worked: 2, tried: 3 }],
    });
    expect(others).toEqual([]);
  });

  it('never proposes the failure itself, and nothing when nothing is alike', async () => {
    const lonely = failure(
      'F-EEEEEE',
      'Printer on floor two smells of burnt toast',
      'somebody called the fire brigade',
    );
    await memory.remember(lonely);
    expect(await memory.similar(lonely, 2)).toEqual([]);
  });

  it('keeps one point a failure, which says what was learned last', async () => {
    const before = failure('F-FFFFFF', 'Upload of invoices hangs', 'deadlock detected while inserting invoice');
    await memory.remember(before);
    await memory.remember(before);
    await memory.remember(
      failure('F-FFFFFF', 'Upload of invoices hangs', 'deadlock detected while inserting invoice', {
        ...resolved,
        version: 2,
      }),
    );

    const found = await memory.similar(
      failure('F-GGGGGG', 'Upload of invoices hangs', 'deadlock detected while inserting invoice 7'),
      5,
    );
    expect(found.map(({ failureId, status }) => [failureId, status])).toEqual([['F-FFFFFF', 'resolved']]);
  });

  it('prefers the younger of two that are equally alike', async () => {
    const at = (openedAt: string) => ({ openedAt, firstOpenedAt: openedAt });
    await memory.remember(
      failure('F-HHHHHH', 'Search index is stale', 'index lag above limit', at('2025-01-01T00:00:00.000Z')),
    );
    await memory.remember(
      failure('F-JJJJJJ', 'Search index is stale', 'index lag above limit', at('2026-11-21T00:00:00.000Z')),
    );
    const found = await memory.similar(failure('F-KKKKKK', 'Search index is stale', 'index lag above limit'), 2);
    expect(found.map(({ failureId }) => failureId)).toEqual([FailureId.parse('F-JJJJJJ'), FailureId.parse('F-HHHHHH')]);
  });

  it('proposes for typed words what says them or is spelt alike, of one component where one is asked for', async () => {
    const search = qdrantFailureMemory({ url: process.env.QDRANT_URL ?? server.url }, now);
    await memory.remember(
      failure('F-NNNNNN', 'Kubelet evicts the marmalade pods', 'ephemeral storage of marmalade is full'),
    );
    await memory.remember(
      failure('F-PPPPPP', 'Marmalade cannot be labelled', 'label printer of marmalade jammed', { component: 'labels' }),
    );
    const merged = failure('F-QQQQQQ', 'Marmalade evictions again', 'storage of marmalade is full');
    await memory.remember(
      merged,
      failure('F-NNNNNN', 'Kubelet evicts the marmalade pods', 'ephemeral storage is full'),
    );
    const propose = (words: string, over = {}) => search.propose({ words, limit: 10, ...over });

    expect((await propose('marmalade')).slice(0, 2).toSorted()).toEqual(['F-NNNNNN', 'F-PPPPPP']);
    expect(await propose('marmalade')).not.toContain('F-QQQQQQ');
    expect(await propose('marmelade labled')).toContain('F-PPPPPP');
    expect(await propose('marmalade', { component: 'labels' })).toEqual(['F-PPPPPP']);
    // Numbers and signs alone are masked in everything that is remembered.
    expect(await propose('500 !')).toEqual([]);
  });

  it('finds nothing where nothing was ever remembered, and makes nothing by looking', async () => {
    const fresh = await startQdrant({ port: 0 });
    try {
      const empty = qdrantFailureMemory({ url: fresh.url }, now);
      expect(await empty.propose({ words: 'anything', limit: 5 })).toEqual([]);
      const answer = await fetch(`${fresh.url}/collections/failures/exists`);
      expect(await answer.json()).toMatchObject({ result: { exists: false } });
    } finally {
      await fresh.close();
    }
  });

  it('makes the collection once when two functions start at the same time', async () => {
    const fresh = await startQdrant({ port: 0 });
    try {
      const both = [1, 2].map(() => qdrantFailureMemory({ url: fresh.url }, now));
      await Promise.all(
        both.map((each, index) => each.remember(failure(`F-00000${index}`, 'First start', 'two at once'))),
      );
      expect(
        await both[0]?.similar(failure('F-LLLLLL'.replaceAll('L', 'M'), 'First start', 'two at once'), 5),
      ).toHaveLength(2);
    } finally {
      await fresh.close();
    }
  });

  it('fails within its time limit when Qdrant is away, so that the message comes again', async () => {
    const away = await startQdrant({ port: 0 });
    await away.close();
    await expect(
      qdrantFailureMemory({ url: away.url, timeoutMs: 500 }, now).remember(failure('F-NNNNNN', 'x', 'y')),
    ).rejects.toThrow();
  });
});
