import { z } from 'zod';

/**
 * What kind of thing ended the work, found from the evidence (text, exit code, duration against limit) and never from the
 * sender's label. `other`: none of them, which is a real answer.
 */
export const Cause = z.enum([
  /** An account's usage, session or rate limit was reached; the text may say when it ends. */
  'quota',
  /** An agent used all the turns that it had. */
  'turn-limit',
  /** It used all the time that it was allowed. */
  'time-limit',
  /** Something outside ended it long before the time that it was allowed: a limit is configured twice. */
  'limit-mismatch',
  /** Something that it calls answers 5xx, times out or refuses connections. */
  'upstream',
  /** Ended by a signal, without a word. */
  'killed',
  'other',
]);
export type Cause = z.infer<typeof Cause>;
