import { sinceOf } from './since.ts';

/** A time that somebody spoke of, and the words in which it is said back. Days are those of UTC. */
export interface Period {
  since: Date;
  until?: Date;
  words: string;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const unitMs: Record<string, number> = {
  minute: minuteMs,
  min: minuteMs,
  hour: 60 * minuteMs,
  day: dayMs,
  week: 7 * dayMs,
  month: 30 * dayMs,
};

type Reader = (said: RegExpExecArray, now: Date) => Period | undefined;

/** The longer, more telling phrases first. */
const readers: [RegExp, Reader][] = [
  [/\bsince (?:last )?(\S+?)(?=[?.!,]*(?:\s|$))/iu, ([, word = ''], now) => sinceWord(word, now)],
  [/\b(?:in the |over the |within the )?(?:last|past) (\d{1,3}) (minute|min|hour|day|week|month)s?\b/iu, lastUnits],
  [
    /\b(?:in the |over the |within the )?(?:last|past) (minute|hour|day|month)\b/iu,
    ([, unit], now) => lastUnits(['', '1', unit ?? ''], now),
  ],
  [/\b(\d{1,3}) days? ago\b/iu, ([, days], now) => oneDay(midnight(now, Number(days)), `${days} days ago`)],
  [
    /\blast night\b/iu,
    (_, now) => ({
      since: new Date(midnight(now).getTime() - 6 * 60 * minuteMs),
      until: new Date(midnight(now).getTime() + 8 * 60 * minuteMs),
      words: 'last night',
    }),
  ],
  [/\bthe day before yesterday\b/iu, (_, now) => oneDay(midnight(now, 2), 'the day before yesterday')],
  [/\byesterday\b/iu, (_, now) => oneDay(midnight(now, 1), 'yesterday')],
  [
    /\b(?:today|tonight|this morning|this afternoon|this evening)\b/iu,
    (_, now) => ({ since: midnight(now), words: 'today' }),
  ],
  [/\bthis week\b/iu, (_, now) => ({ since: monday(now), words: 'this week' })],
  [
    /\blast week\b/iu,
    (_, now) => ({ since: new Date(monday(now).getTime() - 7 * dayMs), until: monday(now), words: 'last week' }),
  ],
  [
    /\b(?:on |last )?(sunday|monday|tuesday|wednesday|thursday|friday|saturday)\b/iu,
    ([, name = ''], now) => oneDay(lastDayCalled(name, now), `on ${name}`),
  ],
  [
    /\b(?:on )?(\d{4}-\d{2}-\d{2})\b/u,
    ([, day = ''], now) => {
      const at = sinceOf(day, now);
      return at && oneDay(at, `on ${day}`);
    },
  ],
];

/** The first time that a question speaks of, and the question without it. */
export function readPeriod(question: string, now: Date): { period?: Period; rest: string } {
  for (const [shape, read] of readers) {
    const said = shape.exec(question);
    const period = said && read(said, now);
    if (said && period) return { period, rest: question.replace(said[0], ' ') };
  }
  return { rest: question };
}

function sinceWord(word: string, now: Date): Period | undefined {
  const typed = word.toLowerCase();
  const since = weekdays.includes(typed) ? lastDayCalled(typed, now) : sinceOf(typed, now);
  return since && { since, words: `since ${typed}` };
}

function lastUnits([, count = '', unit = '']: string[], now: Date): Period | undefined {
  const ms = unitMs[unit.toLowerCase()];
  const amount = Number(count);
  if (ms === undefined || amount === 0) return undefined;
  const words = amount === 1 ? `in the last ${unit}` : `in the last ${amount} ${unit}s`;
  return { since: new Date(now.getTime() - amount * ms), words: words.toLowerCase() };
}

const oneDay = (since: Date, words: string): Period => ({ since, until: new Date(since.getTime() + dayMs), words });

function midnight(now: Date, daysAgo = 0): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - daysAgo));
}

const monday = (now: Date): Date => midnight(now, (now.getUTCDay() + 6) % 7);

/** The last one before today. */
function lastDayCalled(name: string, now: Date): Date {
  const ago = (now.getUTCDay() - weekdays.indexOf(name.toLowerCase()) + 7) % 7;
  return midnight(now, ago === 0 ? 7 : ago);
}
