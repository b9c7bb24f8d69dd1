import type { Schemas } from '@qdrant/js-client-rest';
import { describeCollection } from './collection.ts';
import type { Collections, Done } from './collections.ts';
import { badRequest, notFound, QdrantError, wrongInput } from './errors.ts';
import { parsePath } from './payload-path.ts';
import { scrollPoints } from './points/scroll-points.ts';
import { showRecord, showScored } from './points/show-point.ts';
import { deletePayload, deletePoints, overwritePayload, setPayload, upsertPoints } from './points/write-points.ts';
import { runQuery } from './query/run-query.ts';
import { CreateCollection, CreateFieldIndex } from './wire/collections.ts';
import { parseBody } from './wire/parse-body.ts';
import {
  CountRequest,
  DeletePayload,
  PointInsertOperations,
  PointRequest,
  PointsSelector,
  ScrollRequest,
  SetPayload,
} from './wire/points.ts';
import { QueryRequest, QueryRequestBatch } from './wire/queries.ts';
import { readPointId } from './wire/scalars.ts';

/** One request, with the parts of its path that vary: the collection's name, and the id or field. */
export interface Call {
  collections: Collections;
  name: string;
  last: string;
  query: URLSearchParams;
  body: string;
}

/** Every route, by method and path; each answers what Qdrant puts under `result`. `*` is a part that varies. */
export const routes = {
  'GET /collections': ({ collections }: Call): Schemas['CollectionsResponse'] => ({
    collections: collections.names().map((name) => ({ name })),
  }),

  'GET /collections/*': ({ collections, name }: Call): Schemas['CollectionInfo'] =>
    describeCollection(collections.get(name)),

  'PUT /collections/*': ({ collections, name, body }: Call): Promise<boolean> => {
    checkNewName(name);
    return collections.create(name, parseBody(CreateCollection, body));
  },

  'DELETE /collections/*': ({ collections, name }: Call): Promise<boolean> => collections.drop(name),

  'GET /collections/*/exists': ({ collections, name }: Call): Schemas['CollectionExistence'] => ({
    exists: collections.has(name),
  }),

  'PUT /collections/*/index': (call: Call) => {
    const { field_name, field_schema } = parseBody(CreateFieldIndex, call.body);
    if (!field_schema) {
      throw badRequest("Can't auto-detect field type, please specify `field_schema` in the request");
    }
    return updated(call, call.collections.addIndex(call.name, field_name, field_schema));
  },

  'DELETE /collections/*/index/*': (call: Call) => {
    if (!parsePath(call.last)) {
      throw new QdrantError(400, `Deserialize error in path parameters: Invalid json path: '${call.last}'`);
    }
    return updated(call, call.collections.dropIndex(call.name, call.last));
  },

  'PUT /collections/*/points': (call: Call) => {
    const upsert = parseBody(PointInsertOperations, call.body);
    return updated(
      call,
      call.collections.changePoints(call.name, (collection) => upsertPoints(collection, upsert)),
    );
  },

  'POST /collections/*/points': ({ collections, name, body }: Call): Schemas['Record'][] => {
    const { ids, ...shown } = parseBody(PointRequest, body, 'point_request');
    const collection = collections.get(name);
    return [...new Set(ids)].flatMap((id) => {
      const point = collection.points.get(id);
      return point ? [showRecord(collection, point, shown)] : [];
    });
  },

  'GET /collections/*/points/*': ({ collections, name, last }: Call): Schemas['Record'] => {
    const id = readPointId(/^\d+$/.test(last) ? Number(last) : last);
    if (id === undefined) throw wrongInput(`Can not recognize "${last}" as point id`);
    const collection = collections.get(name);
    const point = collection.points.get(id);
    if (!point) throw notFound(`Point with id ${id} does not exists!`);
    return showRecord(collection, point, { with_payload: true, with_vector: true });
  },

  'POST /collections/*/points/delete': (call: Call) => {
    const selector = parseBody(PointsSelector, call.body);
    return updated(
      call,
      call.collections.changePoints(call.name, (collection) => deletePoints(collection, selector)),
    );
  },

  'POST /collections/*/points/payload': (call: Call) => {
    const request = parseBody(SetPayload, call.body);
    return updated(
      call,
      call.collections.changePoints(call.name, (collection) => setPayload(collection, request)),
    );
  },

  'PUT /collections/*/points/payload': (call: Call) => {
    const request = parseBody(SetPayload, call.body);
    return updated(
      call,
      call.collections.changePoints(call.name, (collection) => overwritePayload(collection, request)),
    );
  },

  'POST /collections/*/points/payload/delete': (call: Call) => {
    const request = parseBody(DeletePayload, call.body);
    return updated(
      call,
      call.collections.changePoints(call.name, (collection) => deletePayload(collection, request)),
    );
  },

  'POST /collections/*/points/scroll': ({ collections, name, body }: Call): Schemas['ScrollResult'] => {
    const request = parseBody(ScrollRequest, body, 'scroll_request');
    return scrollPoints(collections.get(name), request);
  },

  'POST /collections/*/points/count': ({ collections, name, body }: Call): Schemas['CountResult'] => {
    const { filter } = parseBody(CountRequest, body, 'count_request');
    const collection = collections.get(name);
    return { count: collection.points.inOrder().filter(collection.filterTest(filter)).length };
  },

  'POST /collections/*/points/query': ({ collections, name, body }: Call): Schemas['QueryResponse'] => {
    const request = parseBody(QueryRequest, body, 'internal');
    return answerQuery(collections, name, request);
  },

  'POST /collections/*/points/query/batch': ({ collections, name, body }: Call): Schemas['QueryResponse'][] => {
    const { searches } = parseBody(QueryRequestBatch, body, 'internal');
    return searches.map((request) => answerQuery(collections, name, request));
  },
} as const;

function answerQuery(
  collections: Collections,
  name: string,
  request: Parameters<typeof runQuery>[1],
): Schemas['QueryResponse'] {
  const collection = collections.get(name);
  return { points: runQuery(collection, request).map((scored) => showScored(collection, scored, request)) };
}

/** Only a caller that waits is told that the change is on disk. */
async function updated({ query }: Call, { operation, saved }: Done): Promise<Schemas['UpdateResult']> {
  const wait = query.get('wait') ?? 'false';
  if (wait !== 'true' && wait !== 'false') {
    throw new QdrantError(400, 'Deserialize error in query parameters: provided string was not `true` or `false`');
  }
  if (wait === 'true') await saved;
  else saved.catch((error) => console.error('The Qdrant stand-in could not write to its data folder:', error));
  return { operation_id: operation, status: wait === 'true' ? 'completed' : 'acknowledged' };
}

const unsafe = ['<', '>', ':', '"', '/', '\\', '|', '?', '*', '\0', '\u{1F}'];

function checkNewName(name: string) {
  const character = unsafe.find((candidate) => name.includes(candidate));
  const problem =
    character !== undefined
      ? `collection name cannot contain "${character}" char`
      : (name === '' || name.length > 255) && `value "${name}" invalid, must be from 1 to 255 characters`;
  if (problem) throw new QdrantError(422, `Validation error in path parameters: [collection_name: ${problem}]`);
}
