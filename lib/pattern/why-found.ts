import { distance } from '../closest.ts';
import type { Failure } from '../failure/failure.ts';
import { words } from './words.ts';

/** Why a failure was found, for the person who looks. */
export type Reason =
  | { kind: 'id' }
  | { kind: 'words'; words: string[] }
  | { kind: 'spelt-alike'; pairs: { typed: string; found: string }[] }
  | { kind: 'component' };

type Text = Pick<Failure, 'title' | 'component' | 'report' | 'id'>;

/** The words that somebody looks for: those of texts, and numbers, which the memory of failures masks. */
export function wordsAskedFor(typed: string): string[] {
  return [...new Set([...words(typed), ...(typed.match(/\d+/gu) ?? [])])];
}

/** Strongest first; none: it only shares scraps with what was typed. */
export function whyFound(typed: string, failure: Text, componentTitle = failure.component): Reason[] {
  if (typed.toUpperCase().includes(failure.id)) return [{ kind: 'id' }];
  const { title, report } = failure;
  const said = new Set(
    wordsAskedFor([title, report.whatHappened, report.error?.type, report.error?.message].join('\n')),
  );
  const names = new Set(words(`${failure.component} ${componentTitle}`));
  const asked = wordsAskedFor(typed);
  const same = asked.filter((word) => said.has(word));
  const pairs = asked
    .filter((word) => !said.has(word) && !names.has(word))
    .flatMap((word) => {
      const found = speltLike(word, said);
      return found ? [{ typed: word, found }] : [];
    });
  return [
    ...(same.length > 0 ? [{ kind: 'words' as const, words: same }] : []),
    ...(pairs.length > 0 ? [{ kind: 'spelt-alike' as const, pairs }] : []),
    ...(asked.some((word) => names.has(word)) ? [{ kind: 'component' as const }] : []),
  ];
}

/** Shorter words are too much alike. */
const shortest = 4;

/** One or two letters away, or the one is the beginning or a part of the other. */
function speltLike(word: string, said: ReadonlySet<string>): string | undefined {
  if (word.length < shortest || /^\d+$/u.test(word)) return undefined;
  const most = word.length < 8 ? 1 : 2;
  let best: { found: string; away: number } | undefined;
  for (const found of said) {
    if (found.length < shortest) continue;
    const isPart = found.includes(word) || (word.includes(found) && found.length >= word.length - 3);
    const away = isPart ? 1 : Math.abs(found.length - word.length) > most ? most + 1 : distance(word, found);
    if (away <= most && (!best || away < best.away)) best = { found, away };
  }
  return best?.found;
}
