import type { Schemas } from '@qdrant/js-client-rest';
import { compileCondition, compileFilter } from './points/match-filter.ts';
import { createPointStore } from './points/point-store.ts';
import type { StoredPoint } from './points/stored-point.ts';
import type { CreateCollection, FieldSchema, VectorParams } from './wire/collections.ts';
import type { Condition, Filter } from './wire/filter.ts';

/** One collection in memory: its settings, its payload indexes, its points. */
export function createCollection(settings: CreateCollection) {
  const denseVectors = denseByName(settings.vectors);
  const sparseVectors = byName(settings.sparse_vectors ?? {});
  const points = createPointStore(Object.keys(sparseVectors));
  const fieldSchemas = new Map<string, FieldSchema>();
  const schemaOf = (field: string) => fieldSchemas.get(field);
  return {
    settings,
    denseVectors,
    sparseVectors,
    points,
    fieldSchemas,
    /** Operations so far: the number of the next one, and the version of what it writes. */
    operations: 0,
    sparseIndex: points.sparseIndex,
    filterTest: (filter: Filter | null | undefined): ((point: StoredPoint) => boolean) =>
      filter ? compileFilter(filter, schemaOf) : () => true,
    conditionTest: (condition: Condition) => compileCondition(condition, schemaOf),
  };
}
export type Collection = ReturnType<typeof createCollection>;

function denseByName(vectors: CreateCollection['vectors']): Record<string, VectorParams> {
  return byName(vectors && isSingle(vectors) ? { '': vectors } : (vectors ?? {}));
}

/** Without a prototype, so that a vector called `constructor` is not found where there is none. */
function byName<T>(entries: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null), entries);
}

function isSingle(vectors: NonNullable<CreateCollection['vectors']>): vectors is VectorParams {
  return typeof vectors.size === 'number';
}

/** What Qdrant tells about a collection. The parts that only a tuned server has are its defaults. */
export function describeCollection(collection: Collection): Schemas['CollectionInfo'] {
  const { settings, points, fieldSchemas } = collection;
  const all = points.inOrder();
  const given = <T extends object>(diff: T | null | undefined) =>
    Object.fromEntries(Object.entries(diff ?? {}).filter(([, value]) => value !== null));
  return {
    status: 'green',
    optimizer_status: 'ok',
    indexed_vectors_count: all.reduce((sum, point) => sum + Object.keys(point.vectors).length, 0),
    points_count: points.count(),
    segments_count: 1,
    config: {
      params: {
        vectors: settings.vectors ?? {},
        ...(settings.sparse_vectors ? { sparse_vectors: settings.sparse_vectors } : {}),
        shard_number: 1,
        replication_factor: 1,
        write_consistency_factor: 1,
        on_disk_payload: settings.on_disk_payload ?? true,
      },
      hnsw_config: {
        m: 16,
        ef_construct: 100,
        full_scan_threshold: 10_000,
        max_indexing_threads: 0,
        on_disk: false,
        ...given(settings.hnsw_config),
      },
      optimizer_config: {
        deleted_threshold: 0.2,
        vacuum_min_vector_number: 1000,
        default_segment_number: 0,
        indexing_threshold: 10_000,
        flush_interval_sec: 5,
        ...given(settings.optimizers_config),
      },
      wal_config: { wal_capacity_mb: 32, wal_segments_ahead: 0, wal_retain_closed: 1 },
      ...(settings.metadata ? { metadata: settings.metadata } : {}),
    },
    payload_schema: Object.fromEntries(
      [...fieldSchemas].map(([field, schema]) => [field, describeIndex(collection, field, schema)]),
    ),
    update_queue: { length: 0 },
  };
}

function describeIndex(collection: Collection, field: string, schema: FieldSchema): Schemas['PayloadIndexInfo'] {
  const hasValue = collection.filterTest({ must_not: [{ is_empty: { key: field } }] });
  const points = collection.points.inOrder().filter(hasValue).length;
  return typeof schema === 'string'
    ? { data_type: schema, points }
    : { data_type: schema.type, params: schema, points };
}
