/** Numbers that look random and are the same for the same seed (mulberry32). */
export function seeded(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    between: (least: number, most: number) => least + next() * (most - least),
    chance: (share: number) => next() < share,
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    /** Around 1: a factor whose logarithm is normal. */
    factor: (sigma: number) => Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    shuffle: <T>(list: readonly T[]): T[] => {
      const left = [...list];
      for (let at = left.length - 1; at > 0; at -= 1) {
        const other = Math.floor(next() * (at + 1));
        [left[at], left[other]] = [left[other] as T, left[at] as T];
      }
      return left;
    },
  };
}
export type Random = ReturnType<typeof seeded>;
