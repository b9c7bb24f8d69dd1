import type { Tally } from '../ports.ts';
import type { Level } from '../signal/signal.ts';

/** From the listing's keys, which begin with when the failure was last seen; `most` of a partition means that there may be more. */
export function tallyOf(
  open: { level: Level; seen: string[] }[],
  done: string[][],
  { since, most }: { since: Date; most: number },
): Tally {
  const tally: Tally = { open: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 }, days: {}, isMore: false };
  const first = since.toISOString();
  const count = (seen: string[]) => {
    if (seen.length >= most) tally.isMore = true;
    for (const key of seen) {
      if (key < first) continue;
      const day = key.slice(0, 10);
      tally.days[day] = (tally.days[day] ?? 0) + 1;
    }
  };
  for (const { level, seen } of open) {
    tally.open[level] += seen.length;
    count(seen);
  }
  for (const seen of done) count(seen);
  return tally;
}

/** `yyyy-mm` of every month that both have a part in, in UTC. */
export function monthsBetween(since: Date, until: Date): string[] {
  const months: string[] = [];
  const at = new Date(Date.UTC(since.getUTCFullYear(), since.getUTCMonth(), 1));
  while (at <= until) {
    months.push(at.toISOString().slice(0, 7));
    at.setUTCMonth(at.getUTCMonth() + 1);
  }
  return months;
}
