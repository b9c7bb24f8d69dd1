import type { Failure } from './failure.ts';

/** What a decision returns. `moved` carries the next version, ready to be saved; `unchanged` says why, in a code. */
export type Transition =
  | { kind: 'moved'; failure: Failure }
  | {
      kind: 'unchanged';
      failure: Failure;
      because:
        | 'already-acknowledged'
        | 'already-resolved'
        | 'already-open'
        | 'recovering'
        | 'not-this-run'
        /** The button belongs to an episode that is over. */
        | 'earlier-episode'
        /** A level is only ever raised by signals, and after a person's word only by worse evidence than they had. */
        | 'not-higher'
        /** It is at this level already. */
        | 'same-level'
        /** It is part of another failure: what is to be done is done there. */
        | 'merged'
        /** The report says what it is to say already. */
        | 'same-report'
        /** It is nobody's part. */
        | 'not-merged'
        /** It holds a debt that must not be lost from sight. */
        | 'has-workaround'
        /** As many as it takes are merged into it. */
        | 'too-many-merged';
    };
