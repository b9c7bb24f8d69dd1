import type { Cause } from '../../lib/pattern/cause.ts';
import { type Item, largeItem, minuteMs, smallItem } from './look-alikes.ts';
import type { Random } from './random.ts';

/** An attempt of the record: what would be tried when, and what ended it. */
export interface Attempt {
  at: number;
  item: Item;
  cause: Cause;
  /** Not the first of its wave. */
  isRepeat: boolean;
  /** An item that failed in an earlier wave is tried again. */
  again?: Attempt;
}

/** While this lasts it ends every attempt that it touches. */
export interface Outage {
  cause: Cause;
  from: number;
  to: number;
  /** How its text names its end. */
  reset?: string;
}

export interface ReplayRecord {
  attempts: Attempt[];
  outages: Outage[];
  healthy: { at: number; item: Item }[];
}

/** Sizes of the waves by cause: 113 attempts, 23 waves, 90 repeats. */
export const waves: Record<'turn-limit' | 'quota' | 'limit-mismatch' | 'upstream' | 'killed', number[]> = {
  'turn-limit': [10, 8, 6, 5, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1],
  quota: [36, 6],
  'limit-mismatch': [11],
  upstream: [6],
  killed: [1, 1, 1, 1, 1],
};
const distinctItems = 97;
const begin = Date.parse('2025-09-01T00:00:00Z');
const end = Date.parse('2025-12-01T00:00:00Z');

/** From one attempt of a wave to the next, in minutes: each begins when the one before has failed. */
const gaps: Record<keyof typeof waves, readonly [number, number]> = {
  'turn-limit': [25, 50],
  quota: [1, 3],
  'limit-mismatch': [11, 14],
  upstream: [4, 10],
  killed: [0, 0],
};

export function recordOf(random: Random, ratio: number): ReplayRecord {
  const all = Object.entries(waves).flatMap(([cause, sizes]) =>
    sizes.map((size) => ({ cause: cause as keyof typeof waves, size })),
  );
  const slot = (end - begin) / all.length;
  const attempts: Attempt[] = [];
  const outages: Outage[] = [];
  let isFirstQuota = true;
  for (const [n, { cause, size }] of random.shuffle(all).entries()) {
    // Waves lie anywhere in the months, and a quota's largest with its hours has room in a slot.
    let at = begin + slot * (n + random.between(0.05, 0.7));
    const first = at;
    for (let k = 0; k < size; k += 1) {
      const item = cause === 'turn-limit' ? largeItem(random) : itemFor(cause, random);
      attempts.push({ at, item, cause, isRepeat: k > 0 });
      if (k < size - 1) at += random.between(...gaps[cause]) * minuteMs;
    }
    if (cause === 'quota') {
      const to = Math.ceil((at + random.between(30, 180) * minuteMs) / 3_600_000) * 3_600_000;
      outages.push({ cause, from: first, to, reset: resetWords(to, isFirstQuota) });
      isFirstQuota = false;
    } else if (cause === 'limit-mismatch' || cause === 'upstream') {
      outages.push({ cause, from: first, to: at + random.between(...gaps[cause]) * minuteMs });
    }
  }
  tryAgain(attempts, random);
  return { attempts, outages, healthy: healthyStream(random, attempts.length * ratio) };
}

/** A limit of ten minutes is met by what runs longer. */
function itemFor(cause: keyof typeof waves, random: Random): Item {
  for (;;) {
    const item = smallItem(random);
    if (cause !== 'limit-mismatch' || item.runMs > mismatchMs) return item;
  }
}

export const mismatchMs = 10 * minuteMs;

function resetWords(to: number, asEpoch: boolean): string {
  if (asEpoch) return `Usage limit reached|${to / 1000}`;
  const hour = new Date(to).getUTCHours();
  return `Session limit reached, resets ${hour % 12 === 0 ? 12 : hour % 12}${hour < 12 ? 'am' : 'pm'}`;
}

/** Sixteen attempts are of items that failed in an earlier wave of the same kind of item. */
function tryAgain(attempts: Attempt[], random: Random): void {
  const wanted = attempts.length - distinctItems;
  const free = random.shuffle(attempts.map((_, n) => n));
  const used = new Set<Attempt>();
  let made = 0;
  for (const n of free) {
    if (made === wanted) return;
    const attempt = attempts[n] as Attempt;
    const earlier = attempts.filter(
      (one) =>
        one.at < attempt.at - 86_400_000 &&
        (one.cause === 'turn-limit') === (attempt.cause === 'turn-limit') &&
        (attempt.cause !== 'limit-mismatch' || one.item.runMs > mismatchMs) &&
        !used.has(one) &&
        one.again === undefined,
    );
    if (earlier.length === 0 || used.has(attempt)) continue;
    const again = random.pick(earlier);
    used.add(again);
    used.add(attempt);
    attempts[n] = { ...attempt, again };
    made += 1;
  }
}

function healthyStream(random: Random, count: number): ReplayRecord['healthy'] {
  const step = (end - begin) / count;
  return Array.from({ length: count }, (_, n) => ({
    at: begin + step * (n + random.between(0, 1)),
    item: smallItem(random),
  }));
}
