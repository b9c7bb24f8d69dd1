import { QdrantClient, type Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';
import { SimilarFailure } from '../../failure/similar-failure.ts';
import { asMemory, isAlike, type MemoryText, memoryText } from '../../pattern/similar-failures.ts';
import { fourGrams, words } from '../../pattern/words.ts';
import type { FailureMemory, FailureSearch, Now } from '../../ports.ts';
import { normalise } from '../../signal/normalise.ts';
import { pointId, sparseVector } from './sparse.ts';

const collection = 'failures';
/** Candidates from each of the three vectors; what is shown is decided among these. */
const candidates = 20;
/** Of rank fusion: at 10 one rank in all three vectors is worth 0.027, which recency can just outweigh. */
const rankConstant = 10;
/** Among equals the younger memory comes first: a failure 30 days old has half of this bonus left. */
const recency = { weight: 0.03, halfLifeSeconds: 30 * 86_400 };

const Payload = z.object({
  schema: z.literal(1),
  memory: SimilarFailure,
  message: z.string(),
});

export interface QdrantOptions {
  url: string;
  apiKey?: string | undefined;
  timeoutMs?: number;
}

/** Failures in Qdrant: three sparse vectors with IDF (words of the title, words of the text, four-grams), fused by rank. */
export function qdrantFailureMemory(
  { url, apiKey, timeoutMs = 5000 }: QdrantOptions,
  now: Now,
): FailureMemory & FailureSearch {
  const client = new QdrantClient({
    url,
    ...(apiKey && { apiKey }),
    // The client calls the server at construction to compare versions; a function has no time for that.
    checkCompatibility: false,
    timeout: timeoutMs,
  });
  let ready: Promise<void> | undefined;
  const prepare = () => {
    ready ??= createCollection(client).catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  };
  /** After an error the collection is looked for again: a memory that was restored may have lost it. */
  const prepared = async <T>(ask: () => Promise<T>): Promise<T> => {
    await prepare();
    return ask().catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
  };
  return {
    async remember(failure, as = failure) {
      const text = memoryText(failure);
      const point = {
        id: pointId(failure.id),
        vector: vectors(text),
        payload: {
          schema: 1,
          component: failure.component,
          at: failure.openedAt,
          memory: asMemory(as),
          message: text.message,
        },
      };
      await prepared(() => client.upsert(collection, { wait: true, points: [point] }));
    },
    async similar(failure, limit) {
      const text = memoryText(failure);
      const filter = { must_not: [{ has_id: [pointId(failure.id)] }] };
      const found = await prepared(() => client.query(collection, nearest(text, { filter, limit: candidates }, now())));
      const alike = found.points.flatMap(({ payload }) => {
        const parsed = Payload.safeParse(payload);
        return parsed.success && isAlike(text, parsed.data) ? [parsed.data.memory] : [];
      });
      // What was merged is found as the one that it is part of: that may be found twice, or be the one that asks.
      const known = new Set([failure.id]);
      const others = alike.filter(({ failureId }) => !known.has(failureId) && known.add(failureId));
      return others.slice(0, limit);
    },
    /** Asked with what was typed, masked as what is remembered is. What was merged is found as the one that it is part of. */
    async propose({ words: typed, component, limit }) {
      const text = withoutMasks(typed);
      const filter = component === undefined ? {} : { must: [{ key: 'component', match: { value: component } }] };
      const query = nearest({ title: text, text }, { filter, limit }, now());
      // Nothing but numbers and signs: memory holds none.
      if (query.prefetch.prefetch.length === 0) return [];
      const found = await client.query(collection, query).catch((error: unknown) => {
        // Nothing was remembered yet; who only looks makes no collection.
        if (error instanceof Error && 'status' in error && error.status === 404) return { points: [] };
        throw error;
      });
      const ids = found.points.flatMap(({ payload }) => Payload.safeParse(payload).data?.memory.failureId ?? []);
      return [...new Set(ids)];
    },
  };
}

/** A mask is the same in every failure that has one, so it finds everything. */
function withoutMasks(typed: string): string {
  return normalise(typed).replace(/<\w+>/gu, ' ');
}

function vectors({ title, text }: Pick<MemoryText, 'title' | 'text'>) {
  return {
    title: sparseVector(words(title)),
    text: sparseVector(words(text)),
    grams: sparseVector(fourGrams(`${title} ${text}`)),
  };
}

function nearest(
  text: Pick<MemoryText, 'title' | 'text'>,
  { filter, limit }: { filter: Schemas['Filter']; limit: number },
  now: Date,
) {
  // Words without letters have none: an empty vector is like nothing.
  const asked = Object.entries(vectors(text)).filter(([, { indices }]) => indices.length > 0);
  const prefetch = asked.map(([using, query]) => ({ using, query, filter, limit }));
  return {
    prefetch: { prefetch, query: { rrf: { k: rankConstant } }, limit },
    query: {
      formula: {
        sum: [
          '$score',
          {
            mult: [
              recency.weight,
              {
                exp_decay: {
                  x: { datetime_key: 'at' },
                  target: { datetime: now.toISOString() },
                  scale: recency.halfLifeSeconds,
                  midpoint: 0.5,
                },
              },
            ],
          },
        ],
      },
    },
    limit,
    with_payload: true,
  };
}

/** Each step may be repeated: a start that was cut off is completed by the next. */
async function createCollection(client: QdrantClient): Promise<void> {
  const { exists } = await client.collectionExists(collection);
  if (!exists) {
    const idf = { modifier: 'idf' as const };
    try {
      await client.createCollection(collection, { vectors: {}, sparse_vectors: { title: idf, text: idf, grams: idf } });
    } catch (error) {
      // Two functions may start at once: the other one made it.
      if (!(await client.collectionExists(collection)).exists) throw error;
    }
  }
  await client.createPayloadIndex(collection, { field_name: 'component', field_schema: 'keyword', wait: true });
  await client.createPayloadIndex(collection, { field_name: 'at', field_schema: 'datetime', wait: true });
}
