/**
 * Replaces what differs from one occurrence to the next by a named mask, so that the same failure reads the same.
 * Order matters: the longer, more telling shapes first. `true` and `false` stay: they are meaning, not noise.
 */
const masks: [RegExp, string][] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]}]+/gi, '<url>'],
  [/\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\b/g, '<email>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi, '<mac>'],
  [/(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])/gi, '<ip>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, '<ip>'],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, '<time>'],
  [
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+(?:\d{1,2}\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,4}(?:\s+\d{2}:\d{2}(?::\d{2})?)?(?:\s+\d{4})?/g,
    '<time>',
  ],
  [
    /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,2}(?:,?\s+\d{4})?(?:\s+\d{2}:\d{2}(?::\d{2})?)?\b/g,
    '<time>',
  ],
  [/\b\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\b/g, '<time>'],
  [/\b[A-Za-z]:\\[^\s"'<>|:]+/g, '<path>'],
  [/(?<![\w<])(?:\.{1,2}|~)?(?:\/[\w.@%+~-]+)+\/?(?::\d+){0,2}/g, '<path>'],
  [/\b(?:[\w@-]+\/)+[\w.@-]+\.[A-Za-z]\w{0,5}\b(?::\d+){0,2}/g, '<path>'],
  [/\b(?=[a-z.-]*[a-z])[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*:\d{2,5}\b/gi, '<host>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b/gi, '<hex>'],
  [
    /(?:< ?)?\b\d+(?:[.,]\d+)?\s?(?:ns|µs|us|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?)\b/gi,
    '<duration>',
  ],
  [/\b\d+(?:[.,]\d+)?\s?(?:[kmgtp]i?b|bytes?)\b(?:\s?\(\d+(?:[.,]\d+)?\s?[kmgtp]i?b\))?/gi, '<size>'],
  [/(?<![A-Za-z<])[-+]?\d+(?:[.,]\d+)*%?/g, '<n>'],
  [/(?<=[A-Za-z_-])\d+/g, '<n>'],
];

/** One line, masked: the template under which occurrences are grouped. At most 500 characters. */
export function normalise(text: string): string {
  let line = text.slice(0, 4000);
  for (const [shape, mask] of masks) line = line.replace(shape, mask);
  return line.replace(/\s+/g, ' ').trim().slice(0, 500);
}
