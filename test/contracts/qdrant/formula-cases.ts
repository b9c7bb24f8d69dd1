import type { Schemas } from '@qdrant/js-client-rest';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusal, temporaryCollection } from './temporary-collection.ts';

const day = 86_400;

export function formulaCases(url: () => string) {
  describe('formulas', () => {
    const { name, client } = temporaryCollection(url, { vectors: { size: 1, distance: 'Dot' } });

    beforeAll(() =>
      client().upsert(name, {
        wait: true,
        points: [
          { id: 1, vector: [1], payload: { at: '2026-05-31T00:00:00Z', worked: 2, open: true } },
          { id: 2, vector: [2], payload: { at: '2026-05-01T00:00:00Z', worked: 0, open: false } },
          { id: 3, vector: [3], payload: { at: '2026-04-01T00:00:00Z' } },
        ],
      }),
    );

    const rescore = async (formula: Schemas['Expression'], defaults: Schemas['FormulaQuery']['defaults'] = {}) => {
      const { points } = await client().query(name, { prefetch: [{ query: [1] }], query: { formula, defaults } });
      return new Map(points.map(({ id, score }) => [id, score]));
    };
    const now = { datetime: '2026-05-31T00:00:00Z' };
    const decay = { x: { datetime_key: 'at' }, target: now, scale: 30 * day, midpoint: 0.5 };

    it.each([
      ['exp_decay', { exp_decay: decay }, [1, 0.5, 0.25]],
      ['gauss_decay', { gauss_decay: decay }, [1, 0.5, 0.0625]],
      ['lin_decay', { lin_decay: decay }, [1, 0.5, 0]],
    ])('lets a score fade with time: %s', async (_, formula, [first, second, third]) => {
      const scores = await rescore(formula);
      expect(scores.get(1)).toBeCloseTo(first ?? NaN, 5);
      expect(scores.get(2)).toBeCloseTo(second ?? NaN, 5);
      expect(scores.get(3)).toBeCloseTo(third ?? NaN, 5);
    });

    it('adds a small decay to the score and orders by the sum', async () => {
      const { points } = await client().query(name, {
        prefetch: [{ prefetch: [{ query: [1] }], query: { fusion: 'rrf' } }],
        query: { formula: { sum: ['$score', { mult: [0.5, { exp_decay: decay }] }] } },
      });
      expect(points.map(({ id, score }) => [id, Number(score.toFixed(4))])).toEqual([
        [1, 0.75],
        [3, 0.625],
        [2, 0.5833],
      ]);
    });

    it('counts with payload values, conditions and defaults', async () => {
      const open: Schemas['Condition'] = { key: 'open', match: { value: true } };
      const scores = await rescore({ sum: ['$score', { mult: ['worked', 10] }, open] }, { worked: 7 });
      expect([...scores].sort()).toEqual([
        [1, 22],
        [2, 2],
        [3, 73],
      ]);
    });

    it('does arithmetic', async () => {
      const scores = await rescore({
        sum: [
          { neg: { pow: { base: '$score', exponent: 2 } } },
          { div: { left: 6, right: '$score' } },
          { sqrt: 16 },
          { abs: -1 },
        ],
      });
      expect([...scores].sort()).toEqual([
        [1, 10],
        [2, 4],
        [3, -2],
      ]);
    });

    it('scores zero for a prefetch that did not find the point', async () => {
      const { points } = await client().query(name, {
        prefetch: [{ query: [1] }, { query: [1], limit: 1 }],
        query: { formula: { sum: ['$score[0]', { mult: [100, '$score[1]'] }] } },
      });
      expect(points.map(({ id, score }) => [id, score])).toEqual([
        [3, 303],
        [2, 2],
        [1, 1],
      ]);
    });

    it.each([
      ['a value that is missing and has no default', 'worked', 'Expected number value for worked'],
      ['a date that is none', { datetime_key: 'worked' }, 'Expected datetime value for worked'],
      ['a number that is not finite', { ln: 0 }, 'non-finite number'],
      ['a scale of zero', { exp_decay: { x: 1, scale: 0 } }, 'Decay scale should be non-zero positive'],
      ['a midpoint of one', { exp_decay: { x: 1, midpoint: 1 } }, 'Decay midpoint should be in the range'],
    ] as const)('refuses %s', async (_, formula, words) => {
      const { status, message } = await refusal(rescore(formula));
      expect(status).toBe(400);
      expect(message).toContain(words);
    });

    it('refuses a formula over nothing', async () => {
      const { message } = await refusal(client().query(name, { query: { formula: '$score' } }));
      expect(message).toContain('cannot apply Formula without prefetches');
    });
  });
}
