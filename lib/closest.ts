/** The known word that somebody most likely meant: at most two letters away. */
export function closest<T extends string>(typed: string, known: readonly T[]): T | undefined {
  const word = typed.toLowerCase();
  const [best] = known.map((name) => ({ name, away: distance(word, name) })).sort((a, b) => a.away - b.away);
  return best && best.away <= Math.min(2, Math.floor(best.name.length / 2)) ? best.name : undefined;
}

/** Edits between two words: one letter typed, left out or replaced each. */
export function distance(typed: string, known: string): number {
  const a = Array.from(typed.slice(0, 64));
  const b = Array.from(known);
  let row = b.map((_, index) => index + 1);
  row.unshift(0);
  for (const [i, letter] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
