/** How a line of a list begins: `-`, `*`, `•`, `1.`, `2)`, `[ ]`. */
const mark = /^\s*(?:[-*•]|\d{1,3}[.)])\s+(?:\[[ xX]?\]\s+)?/u;

/** The lines of the list that a text holds; fewer than two are no list. */
export function listedIn(text: string): string[] {
  const listed = text.split(/\r?\n/u).filter((line) => mark.test(line));
  return listed.length >= 2 ? withoutMarks(listed) : [];
}

/** What a text asks for, one by one: the lines of its list, or, where it has none, its lines. Fewer than two are no list. */
export function requirementsIn(text: string): string[] {
  const listed = listedIn(text);
  if (listed.length > 0) return listed;
  const lines = text.split(/\r?\n/u).filter((line) => line.trim() !== '');
  return withoutMarks(lines.length >= 2 ? lines : []);
}

/** A list as somebody types it, one a line: the marks are no part of it, and each counts once. */
export function typedRequirements(text: string): string[] {
  return withoutMarks(text.split(/\r?\n/u));
}

function withoutMarks(lines: string[]): string[] {
  return [...new Set(lines.map((line) => line.replace(mark, '').trim()))].filter((line) => line !== '');
}
