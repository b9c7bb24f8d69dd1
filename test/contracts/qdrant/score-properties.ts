import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Document, naiveIdfScores, naiveRrf } from './naive-scores.ts';
import { temporaryCollection } from './temporary-collection.ts';

const sparse = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 9 })), {
    selector: ([index]) => index,
    minLength: 1,
    maxLength: 6,
  })
  .map((pairs) => ({ indices: pairs.map(([index]) => index), values: pairs.map(([, value]) => value) }));
const document = fc.record({ id: fc.integer({ min: 1, max: 20 }), words: sparse, grams: sparse });
/** Points saved one after another, some twice, and some of them deleted again. */
const history = fc.record({
  saved: fc.array(document, { minLength: 1, maxLength: 25 }),
  deleted: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }),
});
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

export function scoreProperties(url: () => string) {
  describe('scores, whatever the points', () => {
    const idf = { modifier: 'idf' } as const;
    const { name, client } = temporaryCollection(url, { sparse_vectors: { words: idf, grams: idf } });

    const load = async ({ saved, deleted }: History) => {
      await client().delete(name, { wait: true, filter: {} });
      for (const half of [saved.slice(0, saved.length / 2), saved.slice(saved.length / 2)]) {
        const points = half.map(({ id, words, grams }) => ({ id, vector: { words, grams } }));
        if (points.length > 0) await client().upsert(name, { wait: true, points });
      }
      if (deleted.length > 0) await client().delete(name, { wait: true, points: deleted });
      const last = new Map(saved.map((point) => [point.id, point]));
      const kept = [...last.values()].filter(({ id }) => !deleted.includes(id));
      const of = (vector: 'words' | 'grams'): Document[] =>
        kept.map((point) => ({ id: point.id, vector: point[vector] }));
      return { words: of('words'), grams: of('grams') };
    };

    it('weighs sparse vectors by IDF as the definition does', async () => {
      await fc.assert(
        fc.asyncProperty(history, sparse, async (given, query) => {
          const expected = naiveIdfScores((await load(given)).words, query);
          const { points } = await client().query(name, { query, using: 'words', limit: 100 });
          expect(points.map(({ id }) => id).sort()).toEqual([...expected.keys()].sort());
          for (const { id, score } of points) {
            expect(score / (expected.get(Number(id)) ?? NaN)).toBeCloseTo(1, 5);
          }
          const scores = points.map(({ score }) => score);
          expect(scores).toEqual(scores.toSorted((a, b) => b - a));
        }),
        { numRuns: 40 },
      );
    });

    it('fuses ranks as the definition does', async () => {
      await fc.assert(
        fc.asyncProperty(history, sparse, sparse, fc.integer({ min: 1, max: 80 }), async (given, words, grams, k) => {
          await load(given);
          const prefetch = [
            { query: words, using: 'words', limit: 8 },
            { query: grams, using: 'grams', limit: 8 },
          ];
          const lists = await client().queryBatch(name, { searches: prefetch });
          const expected = naiveRrf(
            lists.map(({ points }) => points.map(({ id }) => Number(id))),
            k,
          );
          const { points } = await client().query(name, { prefetch, query: { rrf: { k } }, limit: 100 });
          expect(points.map(({ id }) => id).sort()).toEqual([...expected.keys()].sort());
          for (const { id, score } of points) expect(score).toBeCloseTo(expected.get(Number(id)) ?? NaN, 5);
          const scores = points.map(({ score }) => score);
          expect(scores).toEqual(scores.toSorted((a, b) => b - a));
        }),
        { numRuns: 40 },
      );
    });
  });
}
