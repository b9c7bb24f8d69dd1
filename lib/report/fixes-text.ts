import type { AttemptedFix } from '../signal/signal.ts';

/** What was tried, as people write it: one a line, "what → what came of it". */
const arrow = /\s*(?:→|->|=>)\s*/u;
const longest = 500;
export const notSaid = 'not said';

export function fixesAsText(fixes: readonly AttemptedFix[]): string {
  return fixes.map(({ what, result }) => [what, result].map(oneLine).join(' → ')).join('\n');
}

/** Each line as a fix; what is too long is said with its line, and nothing is cut. */
export function readFixes(text: string): { fixes: AttemptedFix[] } | { problem: string } {
  const fixes: AttemptedFix[] = [];
  for (const [at, line] of text.split('\n').map(oneLine).filter(Boolean).entries()) {
    const [what = '', ...rest] = line.split(arrow);
    const result = rest.join(' → ') || notSaid;
    const tooLong = [what, result].find((part) => Array.from(part).length > longest);
    if (tooLong) {
      return {
        problem: `Line ${at + 1} has a part of ${Array.from(tooLong).length} characters; ${longest} fit. Shorten it, or say the rest under “What happened”.`,
      };
    }
    fixes.push({ what: what || notSaid, result });
  }
  return { fixes };
}

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();
