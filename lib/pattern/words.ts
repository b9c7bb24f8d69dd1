/** Words of a technical text: lower case, identifiers whole and in their parts ("ECONNREFUSED", "cartTotal" → carttotal cart total). */
export function words(text: string): string[] {
  const found: string[] = [];
  for (const [token] of text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) {
    if (token.length < 2) continue;
    found.push(token.toLowerCase());
    const parts = token
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .split(/[\s_$]+/)
      .filter((part) => part.length > 1);
    if (parts.length > 1) found.push(...parts.map((part) => part.toLowerCase()));
  }
  return found.filter((word) => !stopWords.has(word));
}

/** Overlapping runs of four characters: they find what differs in spelling, inflection or compounding. */
export function fourGrams(text: string): string[] {
  const plain = ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
  return Array.from({ length: Math.max(0, plain.length - 3) }, (_, index) => plain.slice(index, index + 4));
}

const stopWords = new Set(
  'a an and are as at be by for from has have in is it its not of on or that the this to was were will with'.split(' '),
);
