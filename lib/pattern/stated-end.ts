import { knownZone, momentOf, wallTimeAt } from './zoned-time.ts';

/** Nothing that we hold for is further away; what says so is tried again then. */
const furthestMs = 8 * 24 * 3_600_000;
/** What ended longer ago than this is no end of this failure, but some other time in its text. */
const staleMs = 24 * 3_600_000;
/** A number of seconds that is years away is an id. */
const nonsenseMs = 366 * 24 * 3_600_000;

export interface WhenSaid {
  /** When the text was said: "in 5 hours" and "3am" count from there. */
  now: Date;
  /** Of a time without one; UTC when left out. */
  timeZone?: string | undefined;
}

/**
 * When a failure says that its cause ends: "usage limit reached|1757581200", "resets 3am", "resets at 3:30 pm (Europe/Berlin)",
 * "Retry-After: 120", "try again in 5 hours". Never before `now`, at most eight days after it.
 */
export function statedEnd(text: string, { now, timeZone = 'UTC' }: WhenSaid): Date | undefined {
  const said = { now, timeZone: knownZone(timeZone) ?? 'UTC' };
  for (const line of text.split('\n')) {
    if (!announced.test(line)) continue;
    for (const read of readers) {
      const end = read(line, said);
      if (end !== undefined && isSensible(end, now)) return clamp(end, now);
    }
  }
  return undefined;
}

type Reader = (line: string, said: { now: Date; timeZone: string }) => Date | undefined;

/** Words that announce an end. Without one a time in a text is any time. */
const announced =
  /\b(?:resets?|resetting|renews?|refresh(?:es)?|available again|(?:re)?try(?: again)?|again|until|wait|retry[-_ ]?after|x-ratelimit-reset|limit|quota|ends?|back)\b/i;
const announcing = '(?:resets?|reset (?:time|at)|renews?|available again|try again|retry(?: again)?|until|ends?|back)';

const readers: Reader[] = [epoch, isoTime, httpDate, distance, seconds, wallClock];

/** `…|1757581200`, `x-ratelimit-reset: 1757581200`, with milliseconds, too. */
function epoch(line: string): Date | undefined {
  const [, digits] =
    /\b(?:limit|quota)\b[^|\n]{0,60}\|\s*(\d{10}(?:\d{3})?)\b/i.exec(line) ??
    /\b(?:resets?|retry|until|again)\b\D{0,30}\b(\d{10}(?:\d{3})?)\b/i.exec(line) ??
    [];
  if (digits === undefined) return undefined;
  return new Date(Number(digits) * (digits.length === 10 ? 1000 : 1));
}

function isoTime(line: string, { timeZone }: { timeZone: string }): Date | undefined {
  const found = new RegExp(
    String.raw`\b${announcing}\b.{0,40}?\b(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?`,
    'i',
  ).exec(line);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, offset] = found;
  if (Number(month) > 12 || Number(day) > 31 || Number(hour) > 23 || Number(minute) > 59) return undefined;
  const wall = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
  };
  const east = offset === undefined ? undefined : minutesEast(offset);
  return east === undefined ? momentOf(wall, timeZone) : new Date(momentOf(wall, 'UTC').getTime() - east * 60_000);
}

function minutesEast(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(offset) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** `Retry-After: Wed, 21 Oct 2026 07:28:00 GMT` */
function httpDate(line: string): Date | undefined {
  const [, date] = /\bretry-after\b["']?\s*[:=]\s*["']?(\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)/i.exec(line) ?? [];
  const at = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? undefined : new Date(at);
}

const unitMs: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const amount = String.raw`(\d+(?:\.\d+)?)\s*(days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|milliseconds?|ms)(?![a-z])`;

/** "try again in 5 hours and 20 minutes", "in 6m0s", "retry after 2 minutes", "wait 90 s" */
function distance(line: string, { now }: { now: Date }): Date | undefined {
  const [, spelled] =
    new RegExp(
      String.raw`\b(?:in|after|wait|for|another|retry-after\s*[:=])\s+(?:about |approximately |another |up to )?((?:${amount}[\s,]*(?:and\s+)?)+)`,
      'i',
    ).exec(line) ?? [];
  if (spelled === undefined) return undefined;
  let ms = 0;
  for (const [, count, unit = ''] of spelled.matchAll(new RegExp(amount, 'gi'))) {
    const name = unit.toLowerCase();
    ms += Number(count) * (unitMs[name === 'ms' || name.startsWith('milli') ? 'ms' : name.charAt(0)] ?? 0);
  }
  return new Date(now.getTime() + ms);
}

/** `Retry-After: 120` */
function seconds(line: string, { now }: { now: Date }): Date | undefined {
  const [, count] = /\bretry[-_ ]?after\b["']?\s*[:=]?\s*["']?(\d{1,7})\b(?!\s*[a-z:-])/i.exec(line) ?? [];
  return count === undefined ? undefined : new Date(now.getTime() + Number(count) * 1000);
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** "resets 3am", "resets at 15:30 UTC", "resets Oct 6, 1pm (Europe/London)": the next time that clocks there show it. */
function wallClock(line: string, { now, timeZone }: { now: Date; timeZone: string }): Date | undefined {
  const found = new RegExp(
    String.raw`\b${announcing}\b:?\s*(?:on |at |by |around )?(?:(tomorrow|today)\s*,?\s*(?:at )?)?(?:(${months.join('|')})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,?\s*(?:at )?)?(\d{1,2})(?::(\d\d))?(?::\d\d)?\s*([ap])?\.?(?:m\b)?\.?\s*\(?([A-Za-z]+(?:[/_+-][A-Za-z0-9_+-]+)*)?\)?`,
    'i',
  ).exec(line);
  if (!found) return undefined;
  const [, word, monthName, dayOfMonth, hourText, minuteText, half, zoneName] = found;
  // A bare number is any number: "retry 3".
  if (half === undefined && minuteText === undefined) return undefined;
  const hour = hourOf(Number(hourText), half?.toLowerCase());
  const minute = Number(minuteText ?? 0);
  if (hour === undefined || minute > 59) return undefined;
  const zone = (zoneName && knownZone(zoneName)) || timeZone;
  const today = wallTimeAt(now, zone);
  const on = (days: number) => momentOf({ ...dayAfter(today, days), hour, minute }, zone);
  if (monthName !== undefined) {
    const month = months.indexOf(monthName.toLowerCase()) + 1;
    const day = Number(dayOfMonth);
    if (day < 1 || day > 31) return undefined;
    const inYear = (year: number) => momentOf({ year, month, day, hour, minute }, zone);
    const thisYear = inYear(today.year);
    // Said in December of January.
    return now.getTime() - thisYear.getTime() > 180 * 86_400_000 ? inYear(today.year + 1) : thisYear;
  }
  if (word?.toLowerCase() === 'tomorrow') return on(1);
  return on(0) > now ? on(0) : on(1);
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'p' ? 12 : 0);
}

function dayAfter({ year, month, day }: { year: number; month: number; day: number }, days: number) {
  const moved = new Date(Date.UTC(year, month - 1, day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

function isSensible(end: Date, now: Date): boolean {
  const ahead = end.getTime() - now.getTime();
  return !Number.isNaN(ahead) && ahead > -staleMs && ahead < nonsenseMs;
}

function clamp(end: Date, now: Date): Date {
  return new Date(Math.min(Math.max(end.getTime(), now.getTime()), now.getTime() + furthestMs));
}
