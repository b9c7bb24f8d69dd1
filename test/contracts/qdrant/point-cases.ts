import { randomUUID } from 'node:crypto';
import type { Schemas } from '@qdrant/js-client-rest';
import { describe, expect, it } from 'vitest';
import { refusal, temporaryCollection } from './temporary-collection.ts';

export function pointCases(url: () => string) {
  describe('points', () => {
    const { name, client } = temporaryCollection(url, {
      vectors: { meaning: { size: 2, distance: 'Cosine' }, plain: { size: 2, distance: 'Dot' } },
      sparse_vectors: { words: { modifier: 'idf' } },
    });
    const save = (...points: Schemas['PointStruct'][]) => client().upsert(name, { wait: true, points });
    const payloadOf = async (id: string) => (await client().retrieve(name, { ids: [id] }))[0]?.payload;

    it('gives back what was saved: sparse vectors sorted, cosine vectors at length one', async () => {
      const id = randomUUID();
      const vector = { meaning: [3, 4], plain: [0.1, -2], words: { indices: [7, 2], values: [0.1, 0.3] } };
      expect(await save({ id, vector, payload: { n: 1, deep: { list: [1, null] } } })).toMatchObject({
        status: 'completed',
      });
      const [point] = await client().retrieve(name, { ids: [id], with_vector: true });
      expect(point).toMatchObject({
        id,
        vector: { plain: [0.1, -2], words: { indices: [2, 7], values: [0.3, 0.1] } },
        payload: { n: 1, deep: { list: [1, null] } },
      });
      const unit = { meaning: [expect.closeTo(0.6, 5), expect.closeTo(0.8, 5)] };
      expect(point?.vector).toMatchObject(unit);
    });

    it('replaces a point whole: nothing of the old one stays', async () => {
      const id = randomUUID();
      await save({ id, vector: { plain: [1, 1], words: { indices: [1], values: [1] } }, payload: { old: true } });
      await save({ id, vector: { plain: [2, 2] }, payload: { new: true } });
      const [point] = await client().retrieve(name, { ids: [id], with_vector: true });
      expect(point).toMatchObject({ vector: { plain: [2, 2] }, payload: { new: true } });
      expect(point?.vector).not.toHaveProperty('words');
      expect(point?.payload).not.toHaveProperty('old');
    });

    it('takes a batch in columns', async () => {
      const [a, b] = [randomUUID(), randomUUID()];
      const batch = {
        ids: [a, b],
        vectors: {
          plain: [
            [1, 0],
            [0, 1],
          ],
        },
        payloads: [{ which: 'a' }, null],
      };
      await client().upsert(name, { wait: true, batch });
      expect(await payloadOf(a)).toEqual({ which: 'a' });
      expect(await client().count(name, { filter: { must: [{ has_id: [a, b] }] } })).toEqual({ count: 2 });
    });

    it('knows a UUID in upper case', async () => {
      const id = randomUUID();
      await save({ id: id.toUpperCase(), vector: { plain: [1, 2] }, payload: { spelled: true } });
      expect((await client().retrieve(name, { ids: [id.toUpperCase()] }))[0]?.id).toBe(id);
    });

    it('refuses an id that is neither a number nor a UUID', async () => {
      const { status, message } = await refusal(save({ id: 'F-7K3Q9D', vector: { plain: [1, 2] } }));
      expect(status).toBe(400);
      expect(message).toContain(
        'value F-7K3Q9D is not a valid point ID, valid values are either an unsigned integer or a UUID',
      );
      expect((await refusal(save({ id: -1, vector: {} }))).status).toBe(400);
    });

    it.each([
      ['an unknown name', { other: [1, 2] }, 400, 'Wrong input: Not existing vector name error: other'],
      ['a wrong length', { plain: [1, 2, 3] }, 400, 'Vector dimension error: expected dim: 2, got 3'],
      [
        'a sparse one for a dense',
        { plain: { indices: [1], values: [1] } },
        400,
        'Conversion between sparse and regular',
      ],
      ['a dense one for a sparse', { words: [1, 2] }, 400, 'Conversion between sparse and regular'],
      [
        'an index twice',
        { words: { indices: [1, 1], values: [1, 2] } },
        422,
        'indices: Validation error: must be unique',
      ],
      ['uneven lists', { words: { indices: [1, 2], values: [1] } }, 422, 'must be the same length as indices'],
    ])('refuses a vector with %s', async (_, vector, status, words) => {
      const refused = await refusal(save({ id: randomUUID(), vector: vector as Schemas['VectorStruct'] }));
      expect(refused.status).toBe(status);
      expect(refused.message).toContain(words);
    });

    it('leaves an existing point alone when asked to insert only', async () => {
      const id = randomUUID();
      await save({ id, vector: { plain: [1, 1] }, payload: { at: 1 } });
      const again = { id, vector: { plain: [1, 1] }, payload: { at: 2 } };
      await client().upsert(name, { wait: true, points: [again], update_mode: 'insert_only' });
      expect(await payloadOf(id)).toEqual({ at: 1 });
    });

    it('updates only what the update filter lets through', async () => {
      const id = randomUUID();
      const at = (n: number) => ({ id, vector: { plain: [1, 1] }, payload: { at: n } });
      const older = (n: number) => ({ must: [{ key: 'at', range: { lt: n } }] });
      await save(at(5));
      await client().upsert(name, { wait: true, points: [at(3)], update_filter: older(3) });
      expect(await payloadOf(id)).toEqual({ at: 5 });
      await client().upsert(name, { wait: true, points: [at(7)], update_filter: older(7) });
      expect(await payloadOf(id)).toEqual({ at: 7 });
    });

    it('sets, overwrites and deletes parts of a payload, and keeps the vectors', async () => {
      const id = randomUUID();
      await save({ id, vector: { plain: [4, 2] }, payload: { a: 1, b: { c: 2, d: [1, 2] } } });
      await client().setPayload(name, { wait: true, points: [id], payload: { a: null, e: 5 } });
      expect(await payloadOf(id)).toEqual({ b: { c: 2, d: [1, 2] }, e: 5 });
      await client().setPayload(name, { wait: true, points: [id], key: 'b', payload: { c: 3 } });
      expect(await payloadOf(id)).toEqual({ b: { c: 3, d: [1, 2] }, e: 5 });
      await client().deletePayload(name, { wait: true, points: [id], keys: ['b.d', 'e'] });
      expect(await payloadOf(id)).toEqual({ b: { c: 3 } });
      await client().overwritePayload(name, { wait: true, points: [id], payload: { only: true } });
      expect(await payloadOf(id)).toEqual({ only: true });
      expect((await client().retrieve(name, { ids: [id], with_vector: ['plain'] }))[0]?.vector).toEqual({
        plain: [4, 2],
      });
    });

    it('answers 404 for the payload of a point that is not there', async () => {
      const id = randomUUID();
      const { status, message } = await refusal(
        client().setPayload(name, { wait: true, points: [id], payload: { a: 1 } }),
      );
      expect(status).toBe(404);
      expect(message).toContain(`No point with id ${id} found`);
    });

    it('refuses to set a payload on nothing named', async () => {
      const { status, message } = await refusal(client().setPayload(name, { wait: true, payload: { a: 1 } }));
      expect(status).toBe(400);
      expect(message).toContain('Either list of point ids or filter must be provided');
    });

    it('deletes by id and by filter; what is not there is no error', async () => {
      const [a, b, mark] = [randomUUID(), randomUUID(), randomUUID()];
      await save({ id: a, vector: {}, payload: { mark } }, { id: b, vector: {}, payload: { mark } });
      const count = () => client().count(name, { filter: { must: { key: 'mark', match: { value: mark } } } });
      await client().delete(name, { wait: true, points: [a, randomUUID()] });
      expect(await count()).toEqual({ count: 1 });
      await client().delete(name, { wait: true, filter: { must: [{ key: 'mark', match: { value: mark } }] } });
      expect(await count()).toEqual({ count: 0 });
    });

    it('gives one point by its id, or 404', async () => {
      const id = randomUUID();
      await save({ id, vector: { plain: [1, 2] }, payload: { one: 1 } });
      const get = (last: string) => fetch(`${url()}/collections/${name}/points/${last}`);
      expect(await (await get(id)).json()).toMatchObject({
        result: { id, payload: { one: 1 }, vector: { plain: [1, 2] } },
      });
      expect((await get(randomUUID())).status).toBe(404);
      expect(await (await get('nonsense')).json()).toMatchObject({
        status: { error: 'Wrong input: Can not recognize "nonsense" as point id' },
      });
    });

    it('shows only the parts of the payload that are asked for', async () => {
      const id = randomUUID();
      const payload = { a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }], z: 3 };
      await save({ id, vector: {}, payload });
      const shown = async (with_payload: Parameters<ReturnType<typeof client>['retrieve']>[1]['with_payload']) =>
        (await client().retrieve(name, { ids: [id], with_payload: with_payload ?? true }))[0]?.payload;
      expect(await shown(['a.b', 'z'])).toEqual({ a: { b: 1 }, z: 3 });
      expect(await shown({ include: ['list[].x'] })).toEqual({ list: [{ x: 1 }] });
      expect(await shown({ exclude: ['a.b', 'list'] })).toEqual({ a: { c: 2 }, z: 3 });
      expect(await shown(false)).toBeUndefined();
    });
  });
}
