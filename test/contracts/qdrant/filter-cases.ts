import type { Schemas } from '@qdrant/js-client-rest';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusal, temporaryCollection } from './temporary-collection.ts';

const payloads: Record<number, Schemas['Payload']> = {
  1: {
    component: 'api',
    severity: 4,
    tags: ['db', 'slow'],
    at: '2026-03-01T10:00:00Z',
    text: 'Connection timed out',
    up: true,
  },
  2: {
    component: 'web',
    severity: 2,
    tags: ['ui'],
    at: '2026-03-02T10:00:00+02:00',
    text: 'Out of memory',
    owner: null,
  },
  3: { component: 'api', severity: 3.5, tags: [], at: '2026-03-03', text: 'connection refused', up: false },
  4: {
    owner: 'ann',
    tried: [
      { action: 'rollback', worked: true },
      { action: 'restart', worked: false },
    ],
  },
  5: {
    owner: 'bob',
    tried: [
      { action: 'rollback', worked: false },
      { action: 'restart', worked: true },
    ],
    tags: [null, 'db'],
  },
};

const field = (key: string, condition: Omit<Schemas['FieldCondition'], 'key'>): Schemas['FieldCondition'] => ({
  key,
  ...condition,
});
const component = (value: string) => field('component', { match: { value } });

const cases: [outcome: string, filter: Schemas['Filter'], ids: number[]][] = [
  ['must: all of them', { must: [component('api'), field('severity', { range: { gte: 4 } })] }, [1]],
  ['one condition without a list', { must: component('web') }, [2]],
  ['should: any of them', { should: [component('web'), field('severity', { range: { gt: 3.5 } })] }, [1, 2]],
  ['must_not: none of them', { must_not: [component('api'), component('web')] }, [4, 5]],
  [
    'min_should: at least so many',
    {
      min_should: {
        conditions: [
          component('api'),
          field('up', { match: { value: true } }),
          field('severity', { range: { lt: 3 } }),
        ],
        min_count: 2,
      },
    },
    [1],
  ],
  [
    'a filter within a filter',
    { must: [{ should: [component('web'), { must: [component('api'), field('up', { match: { value: false } })] }] }] },
    [2, 3],
  ],
  ['any value of a list', { must: [field('tags', { match: { value: 'db' } })] }, [1, 5]],
  ['match any', { must: [field('component', { match: { any: ['web', 'db'] } })] }, [2]],
  ['match any of numbers', { must: [field('severity', { match: { any: [2, 4] } })] }, [1, 2]],
  ['match except', { must: [field('component', { match: { except: ['web'] } })] }, [1, 3]],
  [
    'text without an index: a piece of it, case and all',
    { must: [field('text', { match: { text: 'onnection' } })] },
    [1, 3],
  ],
  ['a range of numbers', { must: [field('severity', { range: { gt: 2, lte: 3.5 } })] }, [3]],
  [
    'a range of dates, zones and all',
    { must: [field('at', { range: { gte: '2026-03-02T08:00:00Z', lt: '2026-03-03T00:00:01Z' } })] },
    [2, 3],
  ],
  ['is_empty: missing, null or an empty list', { must: [{ is_empty: { key: 'tags' } }] }, [3, 4]],
  ['is_empty of null', { must: [{ is_empty: { key: 'owner' } }] }, [1, 2, 3]],
  ['is_null: there, and null', { must: [{ is_null: { key: 'owner' } }] }, [2]],
  ['has_id', { must: [{ has_id: [2, 4, 99] }] }, [2, 4]],
  ['has_vector', { must: [{ has_vector: 'words' }] }, [1, 3]],
  ['a key within every element', { must: [field('tried[].action', { match: { value: 'restart' } })] }, [4, 5]],
  [
    'nested: both in the same element',
    {
      must: [
        {
          nested: {
            key: 'tried',
            filter: {
              must: [field('action', { match: { value: 'rollback' } }), field('worked', { match: { value: true } })],
            },
          },
        },
      ],
    },
    [4],
  ],
  ['values_count', { must: [field('tags', { values_count: { gte: 2 } })] }, [1, 5]],
  ['nothing asked: everything', {}, [1, 2, 3, 4, 5]],
];

export function filterCases(url: () => string) {
  describe('filters', () => {
    const { name, client } = temporaryCollection(url, { sparse_vectors: { words: {} } });

    beforeAll(async () => {
      const points = Object.entries(payloads).map(([id, payload]) => ({
        id: Number(id),
        payload,
        vector: component('api').match && payload.component === 'api' ? { words: { indices: [1], values: [1] } } : {},
      }));
      await client().upsert(name, { wait: true, points });
    });

    it.each(cases)('%s', async (_, filter, ids) => {
      const { points } = await client().scroll(name, { filter });
      expect(points.map((point) => point.id)).toEqual(ids);
      expect(await client().count(name, { filter })).toEqual({ count: ids.length });
    });

    it('matches text word by word, whatever the case, once there is a text index', async () => {
      const text = { type: 'text', tokenizer: 'word', lowercase: true } as const;
      await client().createPayloadIndex(name, { field_name: 'text', field_schema: text, wait: true });
      const found = async (match: Schemas['Match']) =>
        (await client().scroll(name, { filter: { must: [{ key: 'text', match }] } })).points.map((point) => point.id);
      expect(await found({ text: 'OUT timed' })).toEqual([1]);
      expect(await found({ text: 'onnection' })).toEqual([]);
      expect(await found({ text_any: 'refused memory' })).toEqual([2, 3]);
      await client().deletePayloadIndex(name, 'text', { wait: true });
    });

    it('pages in the order of ids', async () => {
      const first = await client().scroll(name, { limit: 2 });
      expect(first).toMatchObject({ points: [{ id: 1 }, { id: 2 }], next_page_offset: 3 });
      const last = await client().scroll(name, { limit: 3, offset: 3 });
      expect(last.points.map((point) => point.id)).toEqual([3, 4, 5]);
      expect(last.next_page_offset ?? null).toBeNull();
    });

    it('orders by a value that has a range index, and refuses one that has none', async () => {
      const order_by = { key: 'severity', direction: 'desc' } as const;
      expect((await refusal(client().scroll(name, { order_by }))).message).toContain(
        'No range index for `order_by` key',
      );
      await client().createPayloadIndex(name, { field_name: 'severity', field_schema: 'float', wait: true });
      const { points } = await client().scroll(name, { order_by });
      expect(points.map((point) => point.id)).toEqual([1, 3, 2]);
      const { points: from } = await client().scroll(name, { order_by: { ...order_by, start_from: 3.5 } });
      expect(from.map((point) => point.id)).toEqual([3, 2]);
    });

    it('refuses a condition that says nothing, and a clause it does not know', async () => {
      expect((await refusal(client().count(name, { filter: { must: [{ key: 'component' }] } }))).status).toBe(422);
      const misspelled = { must_nt: [component('api')] } as Schemas['Filter'];
      const { status, message } = await refusal(client().count(name, { filter: misspelled }));
      expect(status).toBe(400);
      expect(message).toContain('must_nt');
      const noDate = { must: [{ key: 'at', range: { gt: 'yesterday' } }] };
      expect((await refusal(client().count(name, { filter: noDate }))).status).toBe(400);
    });
  });
}
