import { join } from 'node:path';
import { type Collection, createCollection } from './collection.ts';
import { alreadyExists, collectionNotFound, wrongInput } from './errors.ts';
import { type Journal, noJournal, openJournal } from './journal.ts';
import type { JournalEntry } from './journal-entry.ts';
import type { PointChanges } from './points/write-points.ts';
import type { CreateCollection, FieldSchema } from './wire/collections.ts';

/** An operation that has been carried out; `saved` is when it is on disk. */
export interface Done {
  operation: number;
  saved: Promise<void>;
}

const pointsALine = 500;

/** All collections. Every change is made in memory at once and written to the journal under the data folder. */
export async function openCollections(dataDir: string | undefined) {
  const collections = new Map<string, Collection>();
  const replay = (entry: JournalEntry) => apply(collections, entry);
  const journal: Journal =
    dataDir === undefined
      ? noJournal
      : await openJournal(join(dataDir, 'qdrant.jsonl'), { replay, snapshot: () => snapshot(collections) });

  const get = (name: string): Collection => {
    const collection = collections.get(name);
    if (!collection) throw collectionNotFound(name);
    return collection;
  };
  const commit = (entry: JournalEntry): Promise<void> => {
    apply(collections, entry);
    return journal.append(entry);
  };
  const change = (name: string, changeOf: (collection: Collection) => ChangeOf): Done => {
    const collection = get(name);
    const operation = collection.operations;
    return { operation, saved: commit({ ...changeOf(collection), collection: name, operation }) };
  };

  return {
    names: () => [...collections.keys()],
    has: (name: string) => collections.has(name),
    get,

    async create(name: string, settings: CreateCollection): Promise<true> {
      if (collections.has(name)) throw alreadyExists(`Collection \`${name}\` already exists!`);
      const { denseVectors, sparseVectors } = createCollection(settings);
      const twice = Object.keys(denseVectors).find((vector) => vector in sparseVectors);
      if (twice !== undefined) {
        throw wrongInput(`Dense and sparse vector names must be unique - duplicate found with '${twice}'`);
      }
      await commit({ kind: 'create', collection: name, settings, operations: 0 });
      return true;
    },

    /** Whether it was there: dropping a collection that is not is no error. */
    async drop(name: string): Promise<boolean> {
      if (!collections.has(name)) return false;
      await commit({ kind: 'drop', collection: name });
      return true;
    },

    addIndex: (name: string, field: string, schema: FieldSchema) =>
      change(name, () => ({ kind: 'index', field, schema })),

    dropIndex: (name: string, field: string) => change(name, () => ({ kind: 'unindex', field })),

    changePoints: (name: string, work: (collection: Collection) => PointChanges) =>
      change(name, (collection) => ({ kind: 'points', ...work(collection) })),

    close: () => journal.close(),
  };
}
export type Collections = Awaited<ReturnType<typeof openCollections>>;

type Change = Extract<JournalEntry, { operation: number }>;
type ChangeOf = Change extends infer C ? (C extends Change ? Omit<C, 'collection' | 'operation'> : never) : never;

function apply(collections: Map<string, Collection>, entry: JournalEntry) {
  if (entry.kind === 'create') {
    const created = createCollection(entry.settings);
    created.operations = entry.operations;
    collections.set(entry.collection, created);
    return;
  }
  if (entry.kind === 'drop') {
    collections.delete(entry.collection);
    return;
  }
  const collection = collections.get(entry.collection);
  if (!collection) throw new Error(`The journal changes collection ${entry.collection} before creating it.`);
  collection.operations = entry.operation + 1;
  switch (entry.kind) {
    case 'index':
      collection.fieldSchemas.set(entry.field, entry.schema);
      return;
    case 'unindex':
      collection.fieldSchemas.delete(entry.field);
      return;
    case 'points':
      for (const id of entry.drops) collection.points.drop(id);
      for (const point of entry.puts) collection.points.put(point);
      return;
    default:
      entry satisfies never;
  }
}

/** The entries that make these collections as they are. */
function* snapshot(collections: ReadonlyMap<string, Collection>): Iterable<JournalEntry> {
  for (const [name, collection] of collections) {
    const operation = collection.operations - 1;
    yield { kind: 'create', collection: name, settings: collection.settings, operations: collection.operations };
    for (const [field, schema] of collection.fieldSchemas) {
      yield { kind: 'index', collection: name, operation, field, schema };
    }
    const points = collection.points.inOrder();
    for (let at = 0; at < points.length; at += pointsALine) {
      yield { kind: 'points', collection: name, operation, puts: points.slice(at, at + pointsALine), drops: [] };
    }
  }
}
