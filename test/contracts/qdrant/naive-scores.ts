import type { Schemas } from '@qdrant/js-client-rest';

type Sparse = Schemas['SparseVector'];
export interface Document {
  id: number;
  vector: Sparse;
}

/** Dot product with every query weight multiplied by its index's IDF, straight from the definition. */
export function naiveIdfScores(documents: readonly Document[], query: Sparse): Map<number, number> {
  const total = documents.length;
  const scores = new Map<number, number>();
  for (const { id, vector } of documents) {
    let score = 0;
    for (const [at, index] of query.indices.entries()) {
      const having = documents.filter((document) => document.vector.indices.includes(index)).length;
      const idf = Math.log((total - having + 0.5) / (having + 0.5) + 1);
      const own = vector.indices.indexOf(index);
      if (own >= 0) score += (query.values[at] ?? 0) * idf * (vector.values[own] ?? 0);
    }
    if (score !== 0) scores.set(id, score);
  }
  return scores;
}

/** Reciprocal rank fusion of lists of ids, straight from the definition. */
export function naiveRrf(lists: readonly number[][], k: number): Map<number, number> {
  const scores = new Map<number, number>();
  for (const list of lists) {
    for (const [rank, id] of list.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (k + rank));
  }
  return scores;
}
