/** A day on the calendar and a time on the wall, as people write them. Months count from 1. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** What wall clocks in this zone show at that moment. */
export function wallTimeAt(moment: Date, timeZone: string): WallTime {
  const parts = formatOf(timeZone).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return { year: part('year'), month: part('month'), day: part('day'), hour: part('hour'), minute: part('minute') };
}

/** The moment at which wall clocks in this zone show that time; in the hour that comes twice it is the first. */
export function momentOf(wall: WallTime, timeZone: string): Date {
  return momentsOf(wall, timeZone)[0];
}

/**
 * All moments at which wall clocks in this zone show that time: two in the hour that a clock change repeats. In the hour that one
 * leaves out it is as much later.
 */
export function momentsOf(wall: WallTime, timeZone: string): [Date, ...Date[]] {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
  const offset = (moment: number) => asUtcOf(wallTimeAt(new Date(moment), timeZone)) - moment;
  // The zone's offset a day before and after: one of them, or both, is the offset at that time.
  const [before, after] = [offset(asUtc - dayMs), offset(asUtc + dayMs)];
  const candidates = [...new Set([asUtc - before, asUtc - after])].sort((one, other) => one - other);
  const [first = asUtc - before, ...others] = candidates.filter((moment) => moment + offset(moment) === asUtc);
  return [new Date(first), ...others.map((moment) => new Date(moment))];
}

const dayMs = 24 * 3_600_000;

const asUtcOf = ({ year, month, day, hour, minute }: WallTime) => Date.UTC(year, month - 1, day, hour, minute);

/** The zone's name as Intl knows it; undefined for one that is none. */
export function knownZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}
