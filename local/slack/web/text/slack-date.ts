type Style = Intl.DateTimeFormatOptions;

const styles: Record<string, Style> = {
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

const dayKey = (at: Date, timeZone?: string) =>
  new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...(timeZone ? { timeZone } : {}) }).format(at);

/** "Today", "Yesterday", "Tomorrow", or undefined for any other day. */
export function nearDay(at: Date, now: Date, timeZone?: string): string | undefined {
  const key = dayKey(at, timeZone);
  const near: [string, number][] = [
    ['Today', 0],
    ['Yesterday', -1],
    ['Tomorrow', 1],
  ];
  return near.find(([, days]) => dayKey(new Date(now.getTime() + days * 86_400_000), timeZone) === key)?.[0];
}

export function timeAgo(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_536_000],
    ['month', 2_592_000],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(
    Math.trunc(seconds / Number(size)),
    unit as Intl.RelativeTimeFormatUnit,
  );
}

/** Fills the tokens of `<!date^…>` in the reader's own zone; a token nobody knows stays as it is written. */
export function formatSlackDate(epochSeconds: number, format: string, now: Date, timeZone?: string): string {
  const at = new Date(epochSeconds * 1000);
  if (Number.isNaN(at.getTime())) return '';
  const zone = timeZone ? { timeZone } : {};
  return format.replace(/\{(\w+)\}/g, (token, name: string) => {
    if (name === 'date_num') return dayKey(at, timeZone);
    if (name === 'ago') return timeAgo(at, now);
    const pretty = /^(date|date_short|date_long)_pretty$/.exec(name)?.[1];
    const style = styles[pretty ?? name];
    if (style === undefined) return token;
    const day = pretty === undefined ? undefined : nearDay(at, now, timeZone);
    return day ?? new Intl.DateTimeFormat('en', { ...style, ...zone }).format(at);
  });
}

export const timeOf = (ts: string): Date => new Date(Number(ts) * 1000);

export const clockTime = (at: Date): string =>
  new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' }).format(at);

export const fullTime = (at: Date): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'medium' }).format(at);

export function dayName(at: Date, now: Date): string {
  return (
    nearDay(at, now) ?? new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric' }).format(at)
  );
}
