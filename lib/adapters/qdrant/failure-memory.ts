import { QdrantClient } from '@qdrant/js-client-rest';
import { z } from 'zod';
import { type Failure, SimilarFailure } from '../../failure/failure.ts';
import { asMemory, isAlike, type MemoryText, memoryText } from '../../pattern/similar-failures.ts';
import { fourGrams, words } from '../../pattern/words.ts';
import type { FailureMemory, Now } from '../../ports.ts';
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
export function qdrantFailureMemory({ url, apiKey, timeoutMs = 5000 }: QdrantOptions, now: Now): FailureMemory {
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
      const found = await prepared(() => client.query(collection, nearest(failure, text, now())));
      const alike = found.points.flatMap(({ payload }) => {
        const parsed = Payload.safeParse(payload);
        return parsed.success && isAlike(text, parsed.data) ? [parsed.data.memory] : [];
      });
      // What was merged is found as the one that it is part of: that may be found twice, or be the one that asks.
      const known = new Set([failure.id]);
      const others = alike.filter(({ failureId }) => !known.has(failureId) && known.add(failureId));
      return others.slice(0, limit);
    },
  };
}

function vectors({ title, text }: MemoryText) {
  return {
    title: sparseVector(words(title)),
    text: sparseVector(words(text)),
    grams: sparseVector(fourGrams(`${title} ${text}`)),
  };
}

function nearest(failure: Failure, text: MemoryText, now: Date) {
  const filter = { must_not: [{ has_id: [pointId(failure.id)] }] };
  const prefetch = Object.entries(vectors(text)).map(([using, query]) => ({ using, query, filter, limit: candidates }));
  return {
    prefetch: { prefetch, query: { rrf: { k: rankConstant } }, limit: candidates },
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
    limit: candidates,
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
