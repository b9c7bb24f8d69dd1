/**
 * Qdrant keeps and answers 32-bit floats, written with as few digits as tell them apart (0.1, never 0.10000000149).
 * This gives the number whose JSON is that text.
 */
export function float32(value: number): number {
  const rounded = Math.fround(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const shorter = Number(rounded.toPrecision(digits));
    if (Math.fround(shorter) === rounded) return shorter;
  }
  return Number(rounded.toPrecision(9));
}
