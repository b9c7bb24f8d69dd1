import type { DueKind, Dues } from './attention/attention.ts';
import type { RejectionReason } from './errors.ts';
import type {
  CardPlace,
  Failure,
  FailureId,
  Fingerprint,
  RunId,
  SimilarFailure,
  TimelineEntry,
} from './failure/failure.ts';
import type { RunnerCommand } from './recovery/command.ts';
import type { RecoveryRun } from './recovery/run.ts';
import type { Level, Signal } from './signal/signal.ts';
import type { WorkItemId } from './work/work-item.ts';

/** The world as the domain sees it. Adapters implement these; memory adapters keep to the same contract suites. */

export type Now = () => Date;

/** One structured line per decision; never tokens, signatures or message bodies. */
export type Log = (decision: string, facts?: Record<string, string | number | boolean | undefined>) => void;

export interface Ids {
  /** `F-` and six random Crockford characters. */
  failureId(): FailureId;
  runId(): RunId;
  /** `W-` and eight random Crockford characters. */
  workItemId(): WorkItemId;
  /** Names one attempt or action; never repeats. */
  actionId(): string;
}

// ── Signals and their groups ────────────────────────────────────────────────────────────────────────────────────────

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

// ── Failures ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The failure with what is kept beside its state on the same item. */
export interface StoredFailure {
  failure: Failure;
  cards: Record<string, CardRecord>;
  dues: Dues;
  attentionAt?: number;
  rev: number;
  sweepAttempts: number;
  parked?: string;
}

/** One card: key `<channel>#<episode>`. Written only under its lease. */
export interface CardRecord {
  channel: string;
  episode: number;
  /**
   * Stored before the card or a thread entry is posted; the token is in the message's metadata, so that an ambiguous post
   * can be found again.
   */
  posting?: { token: string; since: number };
  place?: CardPlace;
  /** The failure's version and count that the card shows. */
  shownVersion: number;
  shownCount: number;
  /** Timeline entries up to this version are in the thread. */
  threadedVersion: number;
  /**
   * Messages that are posted once and edited: run id, `<run id>/approval` or `alert/<channel>` → where it is and the digest
   * of what it shows. `since` stands while a post may be under way.
   */
  runMessages: Record<string, { ts?: string; since?: number; shown?: string }>;
  /** It was posted a second time, begun then (epoch ms): the first post may still turn up and is removed. */
  reposted?: number;
  /** Whom its messages called, as Slack rings them, and when last (epoch ms). */
  rung?: Record<string, number>;
  /** The version that the first post of this card says: later entries of its thread are news. */
  postedVersion?: number;
  /** When the card was last edited with a fresh count (epoch ms): the next edit for the count alone is a minute later. */
  countedAt?: number;
  /** Digest of what the card shows, counts aside: what says the same is not edited again. */
  shown?: string;
  /** Its episode is over and it links to the next: nothing more is shown on it. */
  finished?: true;
  lease?: { holder: string; until: number };
}

export interface SaveOptions {
  expectedVersion: number;
  /** Dues to add with the same write. */
  dues?: Dues;
}

export interface FailurePage {
  failures: { failure: Failure; count: number; lastSeenAt: string }[];
  next?: string;
}

export interface FailureStore {
  /** Conditional put; `exists` when the id is taken, `forgotten` when what had it is just being taken away. */
  open(failure: Failure, dues: Dues): Promise<'opened' | 'exists' | 'forgotten'>;
  /** Consistent read. */
  get(id: FailureId): Promise<StoredFailure | undefined>;
  /**
   * Saves the state attributes if the stored version is `expectedVersion` (failure.version is the next), keeps the
   * timeline whole, adds the dues. Throws VersionConflictError; a refusal whose stored lastAction is mine is success.
   */
  saveState(failure: Failure, options: SaveOptions): Promise<void>;
  /**
   * Adds a due (keeps an earlier one of the same kind). With `onlyIfAbsent`, a due of that kind that stands is left as it
   * is, nothing is written, and the answer is false; a parked item comes back all the same.
   */
  addDue(id: FailureId, kind: DueKind, at: number, options?: { onlyIfAbsent?: boolean }): Promise<boolean>;
  /**
   * Moves a due that stands at `from` to `until` and leaves the sweep's attempts as they are: what cannot be done now is
   * not news. False when something was added, the due stands elsewhere by now, or the failure is parked: of several who
   * would put it off one does.
   */
  postpone(id: FailureId, kind: DueKind, move: { from: number; until: number; rev: number }): Promise<boolean>;
  /**
   * Removes dues if `rev` is unchanged; false: something was added meanwhile, read again. With the same write, `instead` are
   * set as they are given.
   */
  clearDues(id: FailureId, kinds: DueKind[], rev: number, options?: { instead?: Dues }): Promise<boolean>;
  /**
   * The first step of taking a resolved failure away for good: from now on nobody finds it, only its `forget` due stands. True
   * also when that was done before; false when it is not resolved at this version, or not there.
   */
  forget(id: FailureId, options: { version: number }): Promise<boolean>;
  /** What is left of a failure between `forget` and `erase`. */
  forgotten(id: FailureId): Promise<{ fingerprint: Fingerprint } | undefined>;
  /** Deletes what is kept under a forgotten failure (timeline, runs, pages, post-mortems), last the failure itself. */
  erase(id: FailureId): Promise<void>;
  timeline(id: FailureId): Promise<TimelineEntry[]>;
  /** Takes the card's lease until `until`; undefined when somebody else holds it. */
  leaseCard(
    id: FailureId,
    key: string,
    lease: { holder: string; until: number; now: number },
  ): Promise<StoredFailure | undefined>;
  /**
   * Writes the card as given if the lease is still this holder's; false when it was lost. `card.lease` renews the lease,
   * a card without one releases it. `lastSeenAt` keeps the listing's last-seen bucket fresh.
   */
  saveCard(
    id: FailureId,
    key: string,
    card: CardRecord,
    options: { holder: string; lastSeenAt?: string },
  ): Promise<boolean>;
  /** Open failures, worst first, then what was seen last; `component` narrows. */
  listOpen(query: { minLevel?: Level; component?: string; limit: number; after?: string }): Promise<FailurePage>;
  /**
   * What memory found, for the card. No new version and no timeline entry, but a `show` due (at once). A state write
   * leaves it alone, unless it opens a new episode.
   */
  saveSimilar(id: FailureId, similar: SimilarFailure[]): Promise<void>;
}

// ── Recovery runs ───────────────────────────────────────────────────────────────────────────────────────────────────

export interface StoredRun {
  run: RecoveryRun;
  dues: Dues;
  attentionAt?: number;
  rev: number;
  sweepAttempts: number;
  parked?: string;
}

export interface RunStore {
  create(run: RecoveryRun, dues: Dues): Promise<'created' | 'exists'>;
  get(failureId: FailureId, runId: RunId): Promise<StoredRun | undefined>;
  /** Like FailureStore.saveState; `dues` replaces the run's dues. */
  save(run: RecoveryRun, options: { expectedVersion: number; dues: Dues }): Promise<void>;
  list(failureId: FailureId): Promise<RecoveryRun[]>;
}

// ── Attention ───────────────────────────────────────────────────────────────────────────────────────────────────────

export type AttentionTarget =
  | { kind: 'failure'; failureId: FailureId }
  | { kind: 'run'; failureId: FailureId; runId: RunId }
  | { kind: 'group'; fingerprint: Fingerprint }
  | { kind: 'work'; workItemId: WorkItemId };

export interface AttentionItem {
  target: AttentionTarget;
  dues: Dues;
  attentionAt: number;
  rev: number;
  attempts: number;
}

export interface AttentionStore {
  /**
   * What the sparse index says is due before `before`, oldest first (eventually consistent: only a hint). The next page
   * begins `after` the last one's place.
   */
  due(before: number, limit: number, after?: string): Promise<{ target: AttentionTarget; place: string }[]>;
  /** Consistent read of one item's dues. */
  read(target: AttentionTarget): Promise<AttentionItem | undefined>;
  /**
   * Moves attentionAt to `until`, with every due before `dueBefore` (before `until`, unless said), and stores `attempts`
   * (as it was when absent). False when the item is not as it was read: somebody added or cleared a due, or another
   * sweep was first. Every write that adds a due sets the attempts back to 0.
   */
  pushBack(item: AttentionItem, until: number, options?: { attempts?: number; dueBefore?: number }): Promise<boolean>;
  /** Removes attention when nothing is due any more, else moves it to the earliest due; if `rev` is unchanged. */
  forget(item: AttentionItem): Promise<boolean>;
  /**
   * Leaves the dues, takes the item out of the index and keeps the reason for the operator. Whatever adds or clears a
   * due afterwards puts the item back, with its attempts counted anew.
   */
  park(item: AttentionItem, reason: string): Promise<boolean>;
}

// ── Messages between the functions: a hint that something changed; the table says what ─────────────────────────────

export interface Hints {
  notify(hint: { failureId: FailureId }, options?: { delaySeconds?: number }): Promise<void>;
  learn(hint: { failureId: FailureId }, options?: { delaySeconds?: number }): Promise<void>;
  recovery(hint: { failureId: FailureId; runId: RunId }, options?: { delaySeconds?: number }): Promise<void>;
  /** What a failure's level orders must be looked at; goes to the recovery function. */
  effects(hint: { failureId: FailureId }, options?: { delaySeconds?: number }): Promise<void>;
  /** A work item's lease or reminder is due; goes to the recovery function. */
  work(hint: { workItemId: WorkItemId }, options?: { delaySeconds?: number }): Promise<void>;
}

export interface CommandSender {
  /** Signs and sends to `commands-<runner>`. */
  send(command: RunnerCommand): Promise<void>;
}

// ── Memory ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface FailureMemory {
  /** Upserts under the failure's own point id; safe to repeat. */
  remember(failure: Failure): Promise<void>;
  similar(failure: Failure, limit: number): Promise<SimilarFailure[]>;
}

/** Replaces secrets and personal data it knows by a visible mark; the same text gives the same result. */
export type Redact = (text: string) => Promise<string>;
