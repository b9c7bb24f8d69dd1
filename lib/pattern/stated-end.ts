import { namedZone } from './named-zone.ts';
import { knownZone, momentOf, momentsOf, type WallTime, wallTimeAt } from './zoned-time.ts';

/** Nothing that we hold for is further away; what says so is tried again then. */
export const furthestMs = 8 * 24 * 3_600_000;
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

export interface StatedEnd {
  end: Date;
  /** It names a time on the clock and no zone: it was read in this one. */
  assumedZone?: string;
}

/** `statedEnd`, with what had to be assumed. */
export function readEnd(text: string, { now, timeZone = 'UTC' }: WhenSaid): StatedEnd | undefined {
  const said = { now, timeZone: knownZone(timeZone) ?? 'UTC' };
  for (const line of text.split('\n')) {
    if (!announced.test(line)) continue;
    for (const begun of sentenceBySentence(line)) {
      for (const reader of readers) {
        const read = reader(begun, said);
        if (read !== undefined && isSensible(read.end, now)) return { ...read, end: clamp(read.end, now) };
      }
    }
  }
  return undefined;
}

/** What was said by the end of each sentence: an end that is said once is not changed by what follows. */
function* sentenceBySentence(line: string): Generator<string> {
  for (const { index, 0: stop } of line.matchAll(/[.!?]\s+(?=[\p{Lu}(])/gu)) {
    const isAbbreviated = /[ap]\.?m$/i.test(line.slice(0, index));
    if (!isAbbreviated || !goesOnWithZone(line.slice(index + stop.length))) yield line.slice(0, index + 1);
  }
  yield line;
}

/** "3 p.m. Pacific Time", "3 p.m. (IST)"; but "3 p.m. WAIT until then" does not. */
const goesOnWithZone = (rest: string): boolean =>
  typeof namedZone(rest) === 'object' || /^(?:\([A-Z]{2,5}\)|\(?Local\b|[ABCGIS]ST\b)/i.test(rest);

/**
 * When a failure says that its cause ends: "usage limit reached|1757581200", "resets 3am", "resets at 3:30 pm (Europe/Berlin)",
 * "Retry-After: 120", "try again in 5 hours". Never before `now`, at most eight days after it. A time in a zone that nobody here
 * knows is no end: whoever waits for it would wait for another.
 */
export function statedEnd(text: string, when: WhenSaid): Date | undefined {
  return readEnd(text, when)?.end;
}

type Said = Required<{ [K in keyof WhenSaid]: NonNullable<WhenSaid[K]> }>;
type Reader = (line: string, said: Said) => StatedEnd | undefined;

/** Words that announce an end. Without one a time in a text is any time. */
const announced =
  /\b(?:resets?|resetting|renews?|refresh(?:es)?|available again|(?:re)?try(?: again)?|again|until|wait|retry[-_ ]?after|x-ratelimit-reset|limit|quota|ends?|back)\b/i;
const announcing = '(?:resets?|reset (?:time|at)|renews?|available again|try again|retry(?: again)?|until|ends?|back)';

const certainly =
  (read: (line: string, now: Date) => Date | undefined): Reader =>
  (line, { now }) => {
    const end = read(line, now);
    return end && { end };
  };
const readers: Reader[] = [
  certainly(epoch),
  isoTime,
  certainly(httpDate),
  certainly(distance),
  certainly(seconds),
  wallClock,
];

/** `…|1757581200`, `x-ratelimit-reset: 1757581200`, with milliseconds, too. */
function epoch(line: string): Date | undefined {
  const [, digits] =
    /\b(?:limit|quota)\b[^|\n]{0,60}\|\s*(\d{10}(?:\d{3})?)\b/i.exec(line) ??
    /\b(?:resets?|retry|until|again)\b\D{0,30}\b(\d{10}(?:\d{3})?)\b/i.exec(line) ??
    [];
  if (digits === undefined) return undefined;
  return new Date(Number(digits) * (digits.length === 10 ? 1000 : 1));
}

function isoTime(line: string, said: Said): StatedEnd | undefined {
  const found = new RegExp(
    String.raw`\b${announcing}\b.{0,40}?\b(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?`,
    'i',
  ).exec(line);
  if (!found) return undefined;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  if (month > 12 || day > 31 || hour > 23 || minute > 59) return undefined;
  const after = line.slice(found.index + found[0].length);
  return inNamedZone(after, said, (zone) => momentOf({ year, month, day, hour, minute }, zone));
}

/** The moment in the zone that stands behind the time; none is known when that zone is not. */
function inNamedZone(
  after: string,
  { timeZone }: Said,
  momentIn: (zone: string) => Date | undefined,
): StatedEnd | undefined {
  const named = namedZone(after);
  if (named === 'unreadable') return undefined;
  const end = momentIn(named === 'none' ? timeZone : named.zone);
  return end && { end, ...(named === 'none' && { assumedZone: timeZone }) };
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
function distance(line: string, now: Date): Date | undefined {
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
function seconds(line: string, now: Date): Date | undefined {
  const [, count] = /\bretry[-_ ]?after\b["']?\s*[:=]?\s*["']?(\d{1,7})\b(?!\s*[a-z:-])/i.exec(line) ?? [];
  return count === undefined ? undefined : new Date(now.getTime() + Number(count) * 1000);
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** "resets 3am", "resets at 15:30 UTC", "resets Oct 6, 1pm (Europe/London)": the next time that clocks there show it. */
function wallClock(line: string, said: Said): StatedEnd | undefined {
  const found = new RegExp(
    String.raw`\b${announcing}\b:?\s*(?:on |at |by |around )?(?:(tomorrow|today)\s*,?\s*(?:at )?)?(?:(${months.join('|')})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,?\s*(?:at )?)?(\d{1,2})(?::(\d\d))?(?::\d\d)?(?:\s*([ap])(?:m\b|\.m\b|\b)\.?)?`,
    'i',
  ).exec(line);
  if (!found) return undefined;
  const [, word, monthName, dayOfMonth, hourText, minuteText, half] = found;
  const rest = line.slice(found.index + found[0].length);
  const range = rangeEnd.exec(rest);
  const until = range && (range[2] ?? range[3]) ? range : undefined;
  const from = clockTime(hourText, minuteText, half ?? until?.[3]);
  const to = until ? clockTime(until[1], until[2], until[3]) : from;
  if (from === undefined || to === undefined) return undefined;
  // From eleven to one ends on the day after.
  const days = minutesOf(to) < minutesOf(from) ? 1 : 0;
  return inNamedZone(rest.slice(until?.[0].length ?? 0), said, (zone) => {
    if (monthName === undefined)
      return nextTime(to, { ...said, zone, daysAhead: /tom/i.test(word ?? '') ? 1 + days : undefined });
    const month = months.indexOf(monthName.toLowerCase()) + 1;
    return onDate({ month, day: Number(dayOfMonth), ...to }, { ...said, zone, daysLater: days });
  });
}

/** "02:00-03:00", "2am to 3am": until the second. With a space before a minus alone it is an offset: "02:00 -03:00". */
const rangeEnd =
  /^(?:(?=[-–—])|\s+(?=(?:[–—]|-\s|to\s)))(?:[-–—]|to)\s*(\d{1,2})(?::(\d\d))?(?::\d\d)?(?:\s*([ap])(?:m\b|\.m\b|\b)\.?)?(?![\d:])/i;

type ClockTime = Pick<WallTime, 'hour' | 'minute'>;
const minutesOf = ({ hour, minute }: ClockTime) => hour * 60 + minute;

/** Undefined for what no clock shows, and for a bare number, which is any number: "retry 3". */
function clockTime(
  hourText: string | undefined,
  minuteText: string | undefined,
  half: string | undefined,
): ClockTime | undefined {
  if (half === undefined && minuteText === undefined) return undefined;
  const hour = hourOf(Number(hourText), half?.toLowerCase());
  const minute = Number(minuteText ?? 0);
  return hour === undefined || minute > 59 ? undefined : { hour, minute };
}

/** The next moment, or the first of a day to come, at which clocks there show that time. */
function nextTime(
  time: ClockTime,
  { now, zone, daysAhead }: { now: Date; zone: string; daysAhead: number | undefined },
): Date | undefined {
  const today = wallTimeAt(now, zone);
  const on = (days: number) => momentsOf({ ...dayAfter(today, days), ...time }, zone);
  return daysAhead !== undefined ? on(daysAhead)[0] : [...on(0), ...on(1)].find((moment) => moment > now);
}

function onDate(
  said: Omit<WallTime, 'year'>,
  { now, zone, daysLater }: { now: Date; zone: string; daysLater: number },
): Date | undefined {
  if (said.day < 1 || said.day > 31) return undefined;
  const date = { ...said, day: said.day + daysLater };
  const { year } = wallTimeAt(now, zone);
  const thisYear = momentOf({ year, ...date }, zone);
  // Said in December of January.
  const isPast = now.getTime() - thisYear.getTime() > 180 * 86_400_000;
  return isPast ? momentOf({ year: year + 1, ...date }, zone) : thisYear;
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
