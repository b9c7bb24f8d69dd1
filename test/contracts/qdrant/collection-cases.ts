import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { connect, refusal, temporaryCollection } from './temporary-collection.ts';

export function collectionCases(url: () => string) {
  describe('collections', () => {
    const { name, client } = temporaryCollection(url, {
      vectors: { meaning: { size: 3, distance: 'Cosine' } },
      sparse_vectors: { words: { modifier: 'idf' }, grams: {} },
    });

    it('describes what was asked for', async () => {
      const { config, points_count, status } = await client().getCollection(name);
      expect(config.params.vectors).toMatchObject({ meaning: { size: 3, distance: 'Cosine' } });
      expect(config.params.sparse_vectors).toMatchObject({ words: { modifier: 'idf' }, grams: {} });
      expect({ points_count, status }).toEqual({ points_count: 0, status: 'green' });
    });

    it('is listed and exists', async () => {
      expect((await client().getCollections()).collections).toContainEqual({ name });
      expect(await client().collectionExists(name)).toEqual({ exists: true });
      expect(await client().collectionExists(`no-${name}`)).toEqual({ exists: false });
    });

    it('refuses a second one of the same name with 409', async () => {
      const { status, message } = await refusal(client().createCollection(name, {}));
      expect(status).toBe(409);
      expect(message).toBe(`Wrong input: Collection \`${name}\` already exists!`);
    });

    it('answers 404 for one that is not there, whatever is asked of it', async () => {
      const missing = `missing-${randomUUID()}`;
      const refusals = await Promise.all([
        refusal(client().getCollection(missing)),
        refusal(client().upsert(missing, { points: [{ id: 1, vector: {} }] })),
        refusal(client().query(missing, {})),
        refusal(client().count(missing)),
        refusal(client().createPayloadIndex(missing, { field_name: 'a', field_schema: 'keyword', wait: true })),
      ]);
      for (const { status, message } of refusals) {
        expect(status).toBe(404);
        expect(message).toContain(`Not found: Collection \`${missing}\` doesn't exist!`);
      }
    });

    it('says false when there was nothing to delete', async () => {
      expect(await client().deleteCollection(`missing-${randomUUID()}`)).toBe(false);
    });

    it('refuses a dense and a sparse vector of one name', async () => {
      const call = connect(url()).createCollection(`twice-${randomUUID()}`, {
        vectors: { both: { size: 2, distance: 'Dot' } },
        sparse_vectors: { both: {} },
      });
      const { status, message } = await refusal(call);
      expect(status).toBe(400);
      expect(message).toContain("names must be unique - duplicate found with 'both'");
    });

    it('refuses a vector of no size with 422', async () => {
      const call = client().createCollection(`flat-${randomUUID()}`, { vectors: { size: 0, distance: 'Dot' } });
      expect((await refusal(call)).status).toBe(422);
    });

    it('refuses a name with a slash in it', async () => {
      expect((await refusal(client().createCollection('a/b', {}))).status).toBe(422);
    });

    it('shows a payload index while it is there', async () => {
      await client().createPayloadIndex(name, { field_name: 'component', field_schema: 'keyword', wait: true });
      expect((await client().getCollection(name)).payload_schema).toMatchObject({
        component: { data_type: 'keyword' },
      });
      await client().deletePayloadIndex(name, 'component', { wait: true });
      expect((await client().getCollection(name)).payload_schema).toEqual({});
    });

    it('refuses a payload index without a type', async () => {
      const { status, message } = await refusal(client().createPayloadIndex(name, { field_name: 'x', wait: true }));
      expect(status).toBe(400);
      expect(message).toContain("Can't auto-detect field type");
    });

    it.each([
      ['is not JSON', '{"limit": 1'],
      ['is empty', ''],
      ['is nested without end', `${'{"prefetch":'.repeat(9000)}{}${'}'.repeat(9000)}`],
    ])('refuses a body that %s', async (_, body) => {
      const response = await fetch(`${url()}/collections/${name}/points/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(400);
      const error = expect.stringContaining('Format error in JSON body');
      expect(await response.json()).toMatchObject({ status: { error } });
    });
  });
}
