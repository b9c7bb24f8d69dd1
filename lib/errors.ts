/** Errors that people may meet carry a code; the words for them live in lib/adapters/slack/error-texts.ts. */
export class FailureNotFoundError extends Error {
  readonly code = 'failure_not_found';
  readonly failureId: string;
  constructor(failureId: string) {
    super(`no failure ${failureId}`);
    this.failureId = failureId;
  }
}

/** Somebody else changed it first: read again and decide anew. */
export class VersionConflictError extends Error {
  readonly code = 'version_conflict';
  readonly id: string;
  readonly expectedVersion: number;
  constructor(id: string, expectedVersion: number) {
    super(`${id} is no longer at version ${expectedVersion}`);
    this.id = id;
    this.expectedVersion = expectedVersion;
  }
}

/** The same signal id came before with another body: somebody changed the words and sent it again. */
export class SignalIdReusedError extends Error {
  readonly code = 'signal_id_reused';
  constructor(signalId: string) {
    super(`signal ${signalId} was recorded before with other words`);
  }
}

/** So many batches of one group are open that their writers must have died: later, when the sweep has settled them. */
export class GroupBusyError extends Error {
  readonly code = 'group_busy';
  constructor(fingerprint: string, open: number) {
    super(`${fingerprint} has ${open} open batches: to be sent again when the sweep has settled them`);
  }
}

/** A message that no retry can mend; it is kept with this reason and its neighbours go on. */
export class PoisonError extends Error {
  readonly code = 'poison';
  readonly reason: RejectionReason;
  readonly advice: string;
  constructor(reason: RejectionReason, advice: string, options?: { cause?: unknown }) {
    super(`${reason}: ${advice}`, options);
    this.reason = reason;
    this.advice = advice;
  }
}

export type RejectionReason =
  | 'not_json'
  | 'invalid_signal'
  | 'too_large'
  | 'unsupported_version'
  | 'too_old'
  | 'in_the_future'
  | 'id_reused'
  | 'invalid_hint'
  | 'invalid_report'
  | 'forged_report';

/** Configuration that cannot work: said once, at start, with file, place and what to write instead. */
export class ConfigurationError extends Error {
  readonly code = 'configuration';
}
