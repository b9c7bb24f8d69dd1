import type { Cause } from '../pattern/cause.ts';
import { listedIn } from './requirements-in.ts';
import type { WorkItem } from './work-item.ts';

export interface Complexity {
  /** 1 (simple) to 10; above 8 an item is to be split before it is tried again. */
  score: number;
  reasons: string[];
}

/** The most that a list of requirements can add. */
export const mostForRequirements = 4;

/** At least this much of something → the points that it adds; the last that applies counts. */
const requirementSteps = [
  [2, 1],
  [4, 2],
  [6, 3],
  [9, mostForRequirements],
] as const;
const hourSteps = [
  [2, 1],
  [4, 2],
  [8, 3],
  [16, 4],
] as const;
const fileSteps = [
  [4, 1],
  [11, 2],
  [26, 3],
] as const;
const attemptSteps = [
  [1, 1],
  [2, 2],
  [3, 3],
] as const;

/** Running out of turns or time is itself the proof that an item was too much for one attempt. */
const causePoints: Partial<Record<Cause, { points: number; reason: string }>> = {
  'turn-limit': { points: 8, reason: 'the last attempt used all its turns' },
  'time-limit': { points: 7, reason: 'the last attempt used all its time' },
};

/** How much an item asks of whoever works on it, from what is known of it, with a reason for each part. */
export function complexityOf(
  item: Pick<WorkItem, 'requirements' | 'notes' | 'estimateMinutes' | 'filesTouched' | 'failedAttempts' | 'lastCause'>,
  { cause = item.lastCause }: { cause?: Cause | undefined } = {},
): Complexity {
  // Few items have a list of requirements, and many have one in their text.
  const asked = item.requirements.length || listedIn(item.notes ?? '').length;
  const hours = (item.estimateMinutes ?? 0) / 60;
  const limit = cause && causePoints[cause];
  const parts = [
    {
      points: pointsFor(asked, requirementSteps),
      reason: `${asked} requirements`,
    },
    { points: pointsFor(hours, hourSteps), reason: `an estimate of ${Math.round(hours * 10) / 10} h` },
    { points: pointsFor(item.filesTouched ?? 0, fileSteps), reason: `${item.filesTouched} files touched` },
    {
      points: pointsFor(item.failedAttempts, attemptSteps),
      reason: item.failedAttempts === 1 ? 'one failed attempt' : `${item.failedAttempts} failed attempts`,
    },
    ...(limit ? [limit] : []),
  ].filter(({ points }) => points > 0);
  const sum = parts.reduce((total, { points }) => total + points, 1);
  return { score: Math.min(sum, 10), reasons: parts.map(({ reason }) => reason) };
}

function pointsFor(amount: number, steps: readonly (readonly [number, number])[]): number {
  return steps.reduce((found, [from, points]) => (amount >= from ? points : found), 0);
}
