/** Who reads along where a message stands; `unknown`: nobody can say. */
export type Readers = 'everybody' | 'private' | 'other-organizations' | 'unknown';

/** Why the words of a message are not taken over into a report. */
export type Withheld = Exclude<Readers, 'everybody' | 'unknown'>;

/**
 * A failure is read by everybody here, so only words that everybody here could read go into it. Others need their author's
 * consent: who reports a message of their own gives it.
 */
export function whyNotQuote({ isAuthor, readers }: { isAuthor: boolean; readers: Readers }): Withheld | undefined {
  if (isAuthor || readers === 'everybody') return undefined;
  // What the app cannot see is no channel for everybody.
  return readers === 'unknown' ? 'private' : readers;
}
