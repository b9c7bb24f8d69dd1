import type { Failure, MergedFailure } from '../failure/failure.ts';
import type { FailureId, RunId } from '../failure/ids.ts';
import type { Mention } from '../policy/policy.ts';
import type { Level } from '../signal/signal.ts';
import type { RecoveryRun, Strategy } from './run.ts';

/** Why a recovery is not begun. */
export type RecoveryRefusal =
  | { kind: 'refused'; because: 'failure-not-found'; failureId: FailureId }
  | { kind: 'refused'; because: 'already-resolved'; failure: Failure }
  /** It is part of another failure: that is to be recovered. */
  | { kind: 'refused'; because: 'merged'; failure: MergedFailure }
  | { kind: 'refused'; because: 'earlier-episode'; failure: Failure }
  | { kind: 'refused'; because: 'already-recovering'; failure: Failure; runId: RunId }
  | { kind: 'refused'; because: 'no-runner'; failure: Failure; component: string; missing: string }
  /** It is for graver failures. */
  | { kind: 'refused'; because: 'too-low'; failure: Failure; strategy: Strategy; fromLevel: Level }
  /** No run of this episode can be undone, or it was undone already. */
  | { kind: 'refused'; because: 'nothing-to-undo'; failure: Failure }
  /** A workaround that runs something must name an action of the host's runner.yml. */
  | { kind: 'refused'; because: 'no-action'; failure: Failure }
  /** More hang on it than one order can name. */
  | { kind: 'refused'; because: 'too-many-components'; failure: Failure; count: number }
  /** So many dry runs and diagnoses are under way, or were made in this episode. */
  | {
      kind: 'refused';
      because: 'too-many-looks';
      failure: Failure;
      count: number;
      which: 'under-way' | 'kept' | 'unanswered';
    }
  /** Policy names who may. `role-unknown`: Slack does not say who belongs to it. */
  | { kind: 'refused'; because: 'not-allowed' | 'role-unknown'; failure: Failure; who: Mention[] };

export type RecoveryRequest = { kind: 'requested'; run: RecoveryRun } | RecoveryRefusal;
