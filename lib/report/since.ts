/** From when on, as people say it: `24h`, `7d`, `2w`, `today`, `yesterday`, `2026-11-01`. Days are those of UTC. */

const span = /^(\d{1,4})\s?(m|min|h|d|w|mo)$/u;
const day = /^\d{4}-\d{2}-\d{2}$/u;
const minutesOf: Record<string, number> = { m: 1, min: 1, h: 60, d: 1440, w: 10_080, mo: 43_200 };

export function isTimeWord(word: string): boolean {
  return sinceOf(word, new Date(0)) !== undefined;
}

/** Undefined: no such time. */
export function sinceOf(word: string, now: Date): Date | undefined {
  const typed = word.toLowerCase();
  const [, count, unit = ''] = span.exec(typed) ?? [];
  const minutes = minutesOf[unit];
  if (count && minutes) return new Date(now.getTime() - Number(count) * minutes * 60_000);
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  if (typed === 'today') return new Date(midnight);
  if (typed === 'yesterday') return new Date(midnight - 86_400_000);
  if (!day.test(typed)) return undefined;
  const at = new Date(`${typed}T00:00:00.000Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== typed ? undefined : at;
}
