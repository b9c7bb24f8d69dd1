import type { SparseVector } from '../wire/scalars.ts';

interface Posting {
  /** Points that have this index, and their weights; a removed point stays until the store is packed. */
  slots: number[];
  weights: number[];
  live: number;
}

/** The inverted index of one named sparse vector. */
export function createSparseIndex() {
  const postings = new Map<number, Posting>();
  let vectors = 0;
  let scores = new Float64Array(0);

  /** ln((N - n + 0.5) / (n + 0.5) + 1): N vectors in all, n of them with this index. */
  const idf = (index: number) => {
    const having = postings.get(index)?.live ?? 0;
    return Math.log((vectors - having + 0.5) / (having + 0.5) + 1);
  };

  return {
    add(slot: number, { indices, values }: SparseVector) {
      vectors += 1;
      for (const [at, index] of indices.entries()) {
        let posting = postings.get(index);
        if (!posting) {
          posting = { slots: [], weights: [], live: 0 };
          postings.set(index, posting);
        }
        posting.slots.push(slot);
        posting.weights.push(values[at] ?? 0);
        posting.live += 1;
      }
    },

    remove({ indices }: SparseVector) {
      vectors -= 1;
      for (const index of indices) {
        const posting = postings.get(index);
        if (posting) posting.live -= 1;
      }
    },

    /** Calls `visit` for every slot, removed ones included, that shares an index with the query and scores other than zero. */
    search(
      query: SparseVector,
      options: { idf: boolean; slots: number },
      visit: (slot: number, score: number) => void,
    ) {
      if (scores.length < options.slots) scores = new Float64Array(options.slots * 2);
      const touched: number[] = [];
      for (const [at, index] of query.indices.entries()) {
        const posting = postings.get(index);
        if (!posting) continue;
        const weight = (query.values[at] ?? 0) * (options.idf ? idf(index) : 1);
        const { slots, weights } = posting;
        for (let entry = 0; entry < slots.length; entry += 1) {
          const slot = slots[entry] as number;
          const score = scores[slot] as number;
          if (score === 0) touched.push(slot);
          scores[slot] = score + weight * (weights[entry] as number);
        }
      }
      for (const slot of touched) {
        const score = scores[slot] as number;
        scores[slot] = 0;
        if (score !== 0) visit(slot, score);
      }
    },
  };
}
export type SparseIndex = ReturnType<typeof createSparseIndex>;

/** As Qdrant keeps it: sorted by index. */
export function sortSparse({ indices, values }: SparseVector): SparseVector {
  const order = indices.map((_, at) => at).sort((a, b) => (indices[a] ?? 0) - (indices[b] ?? 0));
  return { indices: order.map((at) => indices[at] ?? 0), values: order.map((at) => values[at] ?? 0) };
}
