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

/**
 * The moment at which wall clocks in this zone show that time. In the hour that a clock change leaves out it is as much later;
 * in the hour that comes twice it is the first.
 */
export function momentOf(wall: WallTime, timeZone: string): Date {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
  const offset = (moment: number) => asUtcOf(wallTimeAt(new Date(moment), timeZone)) - moment;
  // The zone's offset half a day before and after: one of them, or both, is the offset at that time.
  const [before, after] = [offset(asUtc - dayMs), offset(asUtc + dayMs)];
  const candidates = [asUtc - before, asUtc - after].sort((one, other) => one - other);
  const exact = candidates.find((moment) => moment + offset(moment) === asUtc);
  return new Date(exact ?? asUtc - before);
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
