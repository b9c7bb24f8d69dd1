import type { Failure } from '../failure/failure.ts';
import type { SimilarFailure } from '../failure/similar-failure.ts';
import { normalise } from '../signal/normalise.ts';
import { fourGrams, words } from './words.ts';

/** The text by which a failure is remembered and found, masked. */
export interface MemoryText {
  title: string;
  /** Everything that was said. */
  text: string;
  /** What it says it is: the error's message, else what happened. A title may only name the command that failed. */
  message: string;
}

export function memoryText({ title, report: { error, whatHappened } }: Pick<Failure, 'title' | 'report'>): MemoryText {
  const message = [error?.type, error?.message].filter(Boolean).join('\n');
  return {
    title: normalise(title),
    text: masked([message, whatHappened].filter(Boolean).join('\n')),
    message: masked(message || whatHappened),
  };
}

function masked(text: string): string {
  return text.split('\n').slice(0, 60).map(normalise).filter(Boolean).join('\n').slice(0, 4000);
}

/** Below this overlap two failures merely share a vocabulary. */
const minimumOverlap = 0.4;

/**
 * Memory proposes by rank, which says nothing about how near the nearest is; this decides whether it is near enough to be
 * shown: by what the two say they are, in words or in four-grams. Titles do not count: every failing check has the same.
 */
export function isAlike(a: Pick<MemoryText, 'message'>, b: Pick<MemoryText, 'message'>): boolean {
  // Too short for either measure.
  if (a.message !== '' && a.message === b.message) return true;
  const inWords = jaccard(words(a.message), words(b.message));
  return Math.max(inWords, jaccard(fourGrams(a.message), fourGrams(b.message))) >= minimumOverlap;
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
    ...(failure.status === 'resolved' && failure.report.fixedBy && { fix: failure.report.fixedBy }),
    outcomes: failure.outcomes,
  };
}
