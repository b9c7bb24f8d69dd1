const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Numbers as a row of bars: nothing is a dot, and the highest is a whole bar. */
export function sparkline(counts: readonly number[]): string {
  const highest = Math.max(1, ...counts);
  return counts
    .map((count) => (count === 0 ? '·' : (bars[Math.ceil((count / highest) * bars.length) - 1] ?? '█')))
    .join('');
}
