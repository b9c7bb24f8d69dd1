import type { Schemas } from '@qdrant/js-client-rest';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusal, temporaryCollection } from './temporary-collection.ts';

const sparse = (weights: Record<number, number>): Schemas['SparseVector'] => ({
  indices: Object.keys(weights).map(Number),
  values: Object.values(weights),
});
const scored = ({ points }: Schemas['QueryResponse']) => points.map(({ id, score }) => [id, Number(score.toFixed(4))]);

export function queryCases(url: () => string) {
  describe('queries', () => {
    const dense = (distance: Schemas['Distance']) => ({ size: 2, distance });
    const { name, client } = temporaryCollection(url, {
      vectors: { cosine: dense('Cosine'), dot: dense('Dot'), euclid: dense('Euclid'), manhattan: dense('Manhattan') },
      sparse_vectors: { words: { modifier: 'idf' }, plain: {} },
    });
    const all = (vector: number[]) => ({ cosine: vector, dot: vector, euclid: vector, manhattan: vector });
    const query = (request: Parameters<ReturnType<typeof client>['query']>[1]) => client().query(name, request);

    beforeAll(() =>
      client().upsert(name, {
        wait: true,
        points: [
          {
            id: 1,
            vector: { ...all([1, 0]), plain: sparse({ 1: 1, 2: 2 }), words: sparse({ 1: 1 }) },
            payload: { c: 'api' },
          },
          {
            id: 2,
            vector: { ...all([3, 4]), plain: sparse({ 2: 1, 3: 3 }), words: sparse({ 1: 1, 2: 1 }) },
            payload: { c: 'web' },
          },
          {
            id: 3,
            vector: { ...all([0, 2]), plain: sparse({ 3: -1 }), words: sparse({ 9: 1 }) },
            payload: { c: 'api' },
          },
          { id: 4, vector: {}, payload: { c: 'none' } },
        ],
      }),
    );

    it.each([
      [
        'cosine',
        [
          [1, 1],
          [2, 0.6],
          [3, 0],
        ],
      ],
      [
        'dot',
        [
          [2, 3],
          [1, 1],
          [3, 0],
        ],
      ],
      [
        'euclid',
        [
          [1, 0],
          [3, 2.2361],
          [2, 4.4721],
        ],
      ],
      [
        'manhattan',
        [
          [1, 0],
          [3, 3],
          [2, 6],
        ],
      ],
    ])('scores %s, best first', async (using, expected) => {
      expect(scored(await query({ query: [1, 0], using }))).toEqual(expected);
    });

    it('scores sparse vectors by dot product, and only those that share an index', async () => {
      expect(scored(await query({ query: sparse({ 2: 1, 3: 1 }), using: 'plain' }))).toEqual([
        [2, 4],
        [1, 2],
        [3, -1],
      ]);
    });

    it('weighs rare indices more with the IDF modifier', async () => {
      const idf = (having: number) => Math.log((3 - having + 0.5) / (having + 0.5) + 1);
      const { points } = await query({ query: sparse({ 1: 1, 2: 1, 77: 5 }), using: 'words' });
      expect(points.map((point) => point.id)).toEqual([2, 1]);
      expect(points[0]?.score).toBeCloseTo(idf(2) + idf(1), 5);
      expect(points[1]?.score).toBeCloseTo(idf(2), 5);
    });

    it('cuts by score, limit and offset', async () => {
      expect(scored(await query({ query: [1, 0], using: 'dot', score_threshold: 0.5 }))).toEqual([
        [2, 3],
        [1, 1],
      ]);
      expect(scored(await query({ query: [1, 0], using: 'euclid', score_threshold: 3 }))).toEqual([
        [1, 0],
        [3, 2.2361],
      ]);
      expect(scored(await query({ query: [1, 0], using: 'dot', limit: 1, offset: 1 }))).toEqual([[1, 1]]);
    });

    it('keeps to the filter', async () => {
      const filter = { must: [{ key: 'c', match: { value: 'api' } }] };
      expect(scored(await query({ query: [1, 0], using: 'dot', filter }))).toEqual([
        [1, 1],
        [3, 0],
      ]);
      expect(scored(await query({ query: sparse({ 2: 1 }), using: 'plain', filter }))).toEqual([[1, 2]]);
    });

    it('lists points by id when nothing is asked, payload and vectors as wanted', async () => {
      const { points } = await query({ limit: 2, with_payload: ['c'], with_vector: ['dot'] });
      expect(points).toMatchObject([
        { id: 1, payload: { c: 'api' }, vector: { dot: [1, 0] } },
        { id: 2, payload: { c: 'web' }, vector: { dot: [3, 4] } },
      ]);
      const bare = await query({ limit: 1 });
      expect(bare.points[0]?.payload ?? null).toBeNull();
      expect(bare.points[0]?.vector ?? null).toBeNull();
    });

    it('asks with the vector of a point, which is then no answer itself', async () => {
      expect(scored(await query({ query: 1, using: 'dot' }))).toEqual([
        [2, 3],
        [3, 0],
      ]);
      expect((await refusal(query({ query: 999, using: 'dot' }))).message).toContain('No point with id 999 found');
      expect((await refusal(query({ query: 4, using: 'dot' }))).status).toBe(404);
    });

    const dot = { query: [1, 0], using: 'dot' };
    const euclid = { query: [1, 0], using: 'euclid' };
    const third = 1 / 3;

    it('fuses prefetches by reciprocal rank, with k = 2 unless said', async () => {
      // dot: 2, 1, 3; euclid: 1, 3, 2
      const expected = [
        [1, third + 0.5],
        [2, 0.5 + 0.25],
        [3, 0.25 + third],
      ].map(([id, score]) => [id, Number(score?.toFixed(4))]);
      expect(scored(await query({ prefetch: [dot, euclid], query: { fusion: 'rrf' } }))).toEqual(expected);
      expect(scored(await query({ prefetch: [dot, euclid], query: { rrf: {} } }))).toEqual(expected);
      const [first] = scored(await query({ prefetch: [dot, euclid], query: { rrf: { k: 60 } } }));
      expect(first).toEqual([1, Number((1 / 61 + 1 / 60).toFixed(4))]);
    });

    it('fuses with a weight for each prefetch', async () => {
      const { points } = await query({ prefetch: [dot, euclid], query: { rrf: { k: 2, weights: [3, 1] } } });
      const rank = (position: number, weight: number) => 1 / ((position + 1) / weight + 1);
      expect(points.find((point) => point.id === 2)?.score).toBeCloseTo(rank(0, 3) + rank(2, 1), 5);
      expect((await refusal(query({ prefetch: [dot, euclid], query: { rrf: { weights: [1] } } }))).status).toBe(400);
    });

    it('limits and filters within a prefetch, and hands the outer filter down', async () => {
      const web = { must: [{ key: 'c', match: { value: 'web' } }] };
      const api = { must: [{ key: 'c', match: { value: 'api' } }] };
      expect(scored(await query({ prefetch: [{ ...dot, limit: 1 }], query: { fusion: 'rrf' } }))).toEqual([[2, 0.5]]);
      expect(scored(await query({ prefetch: [{ ...dot, filter: api, limit: 1 }], query: { fusion: 'rrf' } }))).toEqual([
        [1, 0.5],
      ]);
      expect(scored(await query({ prefetch: [dot, euclid], query: { fusion: 'rrf' }, filter: web }))).toEqual([[2, 1]]);
    });

    it('rescores what a nested prefetch found', async () => {
      const inner = { prefetch: [{ ...euclid, limit: 2 }], query: [0, 1], using: 'dot' };
      expect(scored(await query({ prefetch: [inner], query: [1, 0], using: 'manhattan' }))).toEqual([
        [1, 0],
        [3, 3],
      ]);
    });

    it('answers a batch in its order', async () => {
      const answers = await client().queryBatch(name, {
        searches: [
          { ...dot, limit: 1 },
          { ...euclid, limit: 1 },
        ],
      });
      expect(answers.map(scored)).toEqual([[[2, 3]], [[1, 0]]]);
    });

    it.each([
      ['an unknown vector', { query: [1, 0], using: 'nope' }, 400, 'Not existing vector name error: nope'],
      ['a wrong length', { query: [1], using: 'dot' }, 400, 'Vector dimension error: expected dim: 2, got 1'],
      [
        'a dense query on a sparse vector',
        { query: [1, 0], using: 'words' },
        400,
        'Conversion between sparse and regular',
      ],
      ['fusion of nothing', { query: { fusion: 'rrf' } }, 400, 'cannot apply Fusion without prefetches'],
      [
        'fusion with a vector name',
        { prefetch: [dot], query: { fusion: 'rrf' }, using: 'dot' },
        400,
        "combined with the 'using' field",
      ],
      ['prefetches without a query', { prefetch: [dot] }, 400, 'A query is needed to merge the prefetches'],
      ['a threshold without a query', { score_threshold: 1 }, 400, 'A query is needed to use the score_threshold'],
      ['a limit of zero', { limit: 0 }, 422, 'limit: value 0 invalid, must be 1 or larger'],
      ['an index twice', { query: { indices: [1, 1], values: [1, 1] }, using: 'words' }, 422, 'must be unique'],
    ] as const)('refuses %s', async (_, request, status, words) => {
      const refused = await refusal(query(request as Parameters<typeof query>[0]));
      expect(refused.status).toBe(status);
      expect(refused.message).toContain(words);
    });
  });
}
