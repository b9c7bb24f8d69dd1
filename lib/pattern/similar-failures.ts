import type { Failure, SimilarFailure } from '../failure/failure.ts';
import { normalise } from '../signal/normalise.ts';
import { fourGrams, words } from './words.ts';

/** The text by which a failure is remembered and found: its title, and what it said, masked. */
export interface MemoryText {
  title: string;
  text: string;
}

export function memoryText({ title, report }: Pick<Failure, 'title' | 'report'>): MemoryText {
  const said = [report.error?.type, report.error?.message, report.whatHappened].filter(Boolean).join('\n');
  return {
    title: normalise(title),
    text: said.split('\n').slice(0, 60).map(normalise).filter(Boolean).join('\n').slice(0, 4000),
  };
}

/** Below this overlap two failures merely share a vocabulary. */
const minimumOverlap = 0.3;

/**
 * Memory proposes by rank, which says nothing about how near the nearest is; this decides whether it is near enough to be
 * shown: the better of the overlap in words and in four-grams, of the titles or of the texts.
 */
export function isAlike(a: MemoryText, b: MemoryText): boolean {
  return Math.max(overlap(a.title, b.title), overlap(a.text, b.text)) >= minimumOverlap;
}

function overlap(a: string, b: string): number {
  return Math.max(jaccard(words(a), words(b)), jaccard(fourGrams(a), fourGrams(b)));
}

function jaccard(a: string[], b: string[]): number {
  const [left, right] = [new Set(a), new Set(b)];
  const either = left.union(right).size;
  return either === 0 ? 0 : left.intersection(right).size / either;
}

/** What memory keeps about a failure, beside the text by which it is found. */
export function asMemory(failure: Failure): SimilarFailure {
  return {
    failureId: failure.id,
    title: failure.title,
    component: failure.component,
    level: failure.level,
    status: failure.status === 'resolved' ? 'resolved' : 'open',
    lastSeenAt: failure.openedAt,
    ...(failure.status === 'resolved' && { fixedBy: failure.how === 'recovery' ? 'a recovery' : 'hand' }),
    outcomes: failure.outcomes,
  };
}
