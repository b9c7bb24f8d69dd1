import type { RejectionReason } from '../errors.ts';
import type { FailureId, Fingerprint } from '../failure/ids.ts';
import type { Signal } from './signal.ts';

export interface Group {
  fingerprint: Fingerprint;
  failureId: FailureId;
  /** Settled occurrences; exact. */
  count: number;
  /** Until something is settled, both are when the first intent began. */
  firstSeenAt: string;
  lastSeenAt: string;
  template: string;
  /** Open intents: batch id → who it lists and when it began. */
  intents: Record<string, Intent>;
  rev: number;
}

/** An intent lists a batch of ten signals at most, so a group stays well below the size that a table takes. */
export const maxOpenIntents = 50;

export interface Intent {
  /** Signal keys (`<source>#<id>`). */
  signals: string[];
  /** Epoch ms. */
  at: number;
}

/**
 * The counting protocol (docs/architecture.md): intend, record each signal once, open if anything was new, settle.
 * Exact under duplicates, concurrent batches, lost answers and a crash after any write.
 */
export interface SignalLedger {
  /**
   * Writes the intent and learns whose failure the group is (`newFailureId` when the group is new). Adds a `settle` due.
   * Throws GroupBusyError, and writes nothing, when the group holds `maxOpenIntents`.
   */
  intend(intent: {
    fingerprint: Fingerprint;
    template: string;
    batch: string;
    signals: string[];
    newFailureId: FailureId;
    at: Date;
    settleDueAt: number;
  }): Promise<Group>;
  /** One conditional put. `new` and `mine` count for this batch; `reused` is the same id with another body. */
  record(entry: {
    source: string;
    signal: Signal;
    bodyHash: string;
    fingerprint: Fingerprint;
    batch: string;
    receivedAt: Date;
    expiresAtSeconds: number;
  }): Promise<'new' | 'mine' | 'duplicate' | 'reused'>;
  /** Adds `count` and removes the intent if it still stands; false when somebody settled it before. */
  settle(settlement: {
    fingerprint: Fingerprint;
    batch: string;
    count: number;
    firstSeenAt?: string;
    lastSeenAt?: string;
    /**
     * The `rev` that intend returned, given when this batch's intent was the group's only one: if nothing was added
     * since, attention goes with the same write. Without it the sweep takes it away.
     */
    aloneAtRev?: number;
  }): Promise<boolean>;
  group(fingerprint: Fingerprint): Promise<Group | undefined>;
  /** Which of these keys are recorded under this batch (consistent reads), with when they occurred. */
  recordedBy(batch: string, signals: string[]): Promise<{ key: string; signal: Signal }[]>;
  /**
   * Points the group at another failure if it still points at `from` (an id that turned out to be taken, or a failure that is
   * being forgotten), and counts from nothing: whoever is not settled yet is counted for the new one.
   */
  repoint(fingerprint: Fingerprint, from: FailureId, to: FailureId): Promise<boolean>;
  /**
   * Takes the group away with its failure. False while it must stay: somebody is counting for it right now. True as soon as no
   * group points at that failure any more.
   */
  forget(fingerprint: Fingerprint, failureId: FailureId): Promise<boolean>;
}

export interface RejectedStore {
  /** Poison, redacted and clipped, kept with its reason. Idempotent by message id. */
  keep(rejected: {
    messageId: string;
    reason: RejectionReason;
    detail: string;
    body: string;
    bodyBytes: number;
    sender?: string;
    at: Date;
  }): Promise<void>;
}
