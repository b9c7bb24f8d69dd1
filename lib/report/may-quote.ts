/** Who reads along where a message stands. `private` also where nobody can say. */
export type Readers = 'everybody' | 'private' | 'other-organizations';

/** Why the words of a message are not taken over into a report. */
export type Withheld = Exclude<Readers, 'everybody'>;

/**
 * A failure is read by everybody here, so only words that everybody here could read go into it. Others need their author's
 * consent: who reports a message of their own gives it.
 */
export function whyNotQuote({ isAuthor, readers }: { isAuthor: boolean; readers: Readers }): Withheld | undefined {
  return isAuthor || readers === 'everybody' ? undefined : readers;
}
