import type { FailureFilter } from '../failure/failure-query.ts';
import { Level } from '../signal/signal.ts';
import { readPeriod } from './period.ts';

/** What was understood of a question like "what broke api yesterday?": by rules alone, nothing is guessed. */
export interface Question {
  filter: FailureFilter;
  /** What is left to look for; empty: a list is asked for. */
  words: string;
  /** What was understood, in plain words, to be said back. */
  understood: { component?: string; period?: string; level?: string; status?: string };
}

export interface KnownComponent {
  name: string;
  title: string;
}

const levels: [RegExp, Level, string][] = [
  [/\bcatastroph\w*/iu, 5, 'catastrophic'],
  [/\bcritical\w*/iu, 4, 'critical and worse'],
  [/\bmajor\b/iu, 3, 'major and worse'],
];

export function readQuestion(text: string, { components, now }: { components: KnownComponent[]; now: Date }): Question {
  const { period, rest: afterPeriod } = readPeriod(plain(text), now);
  const { level, rest: afterLevel } = readLevel(afterPeriod);
  const { component, rest: afterComponent } = readComponent(afterLevel, components);
  const status = readStatus(afterComponent);
  return {
    filter: {
      status: status ?? 'all',
      ...(component && { component: component.name }),
      ...(period && { since: period.since.toISOString() }),
      ...(period?.until && { until: period.until.toISOString() }),
      ...(level && { minLevel: level.least }),
    },
    words: wordsIn(afterComponent),
    understood: {
      ...(component && { component: component.title }),
      ...(period && { period: period.words }),
      ...(level && { level: level.words }),
      ...(status && { status }),
    },
  };
}

/** Mentions, links' marks and what a phone makes of quotes are no words. */
function plain(text: string): string {
  return text
    .replace(/<[@!#][^>]*>/gu, ' ')
    .replace(/[“”„"«»]/gu, ' ')
    .replace(/[’‘]/gu, "'")
    .replace(/\s+/gu, ' ')
    .slice(0, 500);
}

function readLevel(text: string): { level?: { least: Level; words: string }; rest: string } {
  const [said, digit] = /\b(?:sev(?:erity)?|level)\s*(?:>=|[:=>])?\s*([1-5])\b\+?/iu.exec(text) ?? [];
  if (said && digit) {
    const level = { least: Level.parse(Number(digit)), words: `severity ${digit} and up` };
    return { level, rest: text.replace(said, ' ') };
  }
  for (const [shape, least, words] of levels) {
    if (shape.test(text)) return { level: { least, words }, rest: text.replace(shape, ' ') };
  }
  return { rest: text };
}

/** Of those whose name or title stands in the question, the one with the longest. */
function readComponent(text: string, components: KnownComponent[]): { component?: KnownComponent; rest: string } {
  const names = components
    .flatMap((component) => [component.name, component.title].map((name) => ({ component, name })))
    .sort((one, other) => other.name.length - one.name.length);
  for (const { component, name } of names) {
    const shape = new RegExp(`(?<![\\p{L}\\p{N}])(?:component:)?${RegExp.escape(name)}(?![\\p{L}\\p{N}])`, 'iu');
    if (shape.test(text)) return { component, rest: text.replace(shape, ' ') };
  }
  return { rest: text };
}

function readStatus(text: string): 'open' | 'resolved' | undefined {
  if (/\b(?:resolved|fixed|solved|mended)\b/iu.test(text)) return 'resolved';
  // What broke is asked of the past, what is broken of now.
  if (/\b(?:is|are|still)\b.*\b(?:broken|down|failing|wrong|open)\b|\b(?:open|unresolved|right now)\b/iu.test(text))
    return 'open';
  return undefined;
}

function wordsIn(text: string): string {
  const found = text.match(/[\p{L}\p{N}][\p{L}\p{N}_.:/-]*/gu) ?? [];
  return found
    .map((word) => word.replace(/[.:/-]+$/u, ''))
    .filter((word) => !asked.has(word.toLowerCase()))
    .join(' ');
}

/** What people ask with says nothing about what they look for. */
const asked = new Set(
  `a about again all am an and any anybody anyone anything are at be been before broke break breaks broken but by can could did do does
  doing down else ever everything fail failed failing fails failure failures find fix fixed for from get give go going got had happen
  happened happening happens has have hello help hey hi how i if in incident incidents is issue issues it just kintsugi know last list lately
  like look looked me mended my new no not now of on open or our out over please problem problems recent recently resolved right s search see
  seen show so solved some somebody something still tell than thanks that the their them then there these they thing things this to today
  unresolved up us was we went were what what's whats when where which who why will with wrong yesterday yet you`.split(
    /\s+/u,
  ),
);
