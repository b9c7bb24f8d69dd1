/** How a line of a list begins: `-`, `*`, `•`, `1.`, `2)`, `[ ]`. */
const mark = /^\s*(?:[-*•]|\d{1,3}[.)])\s+(?:\[[ xX]?\]\s+)?/u;

/** What a text asks for, one by one: the lines of its list, or, where it has none, its lines. Fewer than two are no list. */
export function requirementsIn(text: string): string[] {
  const lines = text.split(/\r?\n/u).filter((line) => line.trim() !== '');
  const listed = lines.filter((line) => mark.test(line));
  return withoutMarks(listed.length >= 2 ? listed : lines.length >= 2 ? lines : []);
}

/** A list as somebody types it, one a line: the marks are no part of it, and each counts once. */
export function typedRequirements(text: string): string[] {
  return withoutMarks(text.split(/\r?\n/u));
}

function withoutMarks(lines: string[]): string[] {
  return [...new Set(lines.map((line) => line.replace(mark, '').trim()))].filter((line) => line !== '');
}
