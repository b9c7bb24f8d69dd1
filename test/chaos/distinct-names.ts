const words =
  `amber birch cedar delta ember fjord grove heath islet jetty knoll larch maple north otter perch quill raven
  spruce thorn umber vale willow xenon yarrow zephyr`.split(/\s+/);

/** A name for each number, in words: numbers are masked, so failures that differ by a number would be one. */
export function distinctName(n: number): string {
  const word = (at: number) => words[at % words.length] ?? '';
  return `${word(n)} ${word(Math.floor(n / words.length))}`;
}
