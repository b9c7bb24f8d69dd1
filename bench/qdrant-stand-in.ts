/**
 * How fast the Qdrant stand-in answers the query that Kintsugi asks: three sparse prefetches with IDF, fused by rank.
 * Usage: node bench/qdrant-stand-in.ts [points] [queries]
 */
import { QdrantClient, type Schemas } from '@qdrant/js-client-rest';
import { startQdrant } from '../local/qdrant/start-qdrant.ts';

const points = Number(process.argv[2] ?? 10_000);
const queries = Number(process.argv[3] ?? 200);

/** The same numbers every time (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomNumbers(7);

/** Few indices are common and most are rare, as words are. */
function sparse(entries: number, vocabulary: number): Schemas['SparseVector'] {
  const indices = new Set<number>();
  while (indices.size < entries) indices.add(Math.floor(vocabulary ** random()));
  return { indices: [...indices], values: [...indices].map(() => 1 + Math.floor(random() * 3)) };
}
const vectors = () => ({ title: sparse(8, 5_000), text: sparse(60, 20_000), grams: sparse(120, 40_000) });

const running = await startQdrant({ port: 0 });
const client = new QdrantClient({ url: running.url, checkCompatibility: false });
const idf = { modifier: 'idf' } as const;
await client.createCollection('bench', { sparse_vectors: { title: idf, text: idf, grams: idf } });
const started = performance.now();
for (let at = 0; at < points; at += 500) {
  const batch = Array.from({ length: Math.min(500, points - at) }, (_, n) => ({
    id: at + n,
    vector: vectors(),
    payload: { component: `component-${(at + n) % 5}`, at: new Date(1.77e12 + at * 1e6).toISOString() },
  }));
  await client.upsert('bench', { points: batch });
}
console.log(`${points} points saved in ${Math.round(performance.now() - started)} ms`);

async function measure(what: string, filter?: Schemas['Filter']) {
  const times: number[] = [];
  for (let n = 0; n < queries + 20; n += 1) {
    const prefetch = Object.entries(vectors()).map(([using, query]) => ({ query, using, limit: 50 }));
    const from = performance.now();
    await client.query('bench', {
      prefetch,
      query: { fusion: 'rrf' },
      limit: 10,
      with_payload: true,
      ...(filter ? { filter } : {}),
    });
    // The first twenty warm up.
    if (n >= 20) times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]?.toFixed(1);
  console.log(`${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms (${queries} queries, over HTTP)`);
}
await measure('three prefetches, RRF');
await measure('the same, one component in five', { must: [{ key: 'component', match: { value: 'component-3' } }] });
await running.close();
