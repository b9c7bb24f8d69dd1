import type { DueKind, Dues } from '../attention/attention.ts';
import type { BundleId } from '../noise/bundle.ts';
import type { Level } from '../signal/signal.ts';
import type { CardPlace, Failure } from './failure.ts';
import type { FailureId, Fingerprint } from './ids.ts';
import type { SimilarFailure } from './similar-failure.ts';
import type { TimelineEntry } from './timeline-entry.ts';

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
  /** It is in the one message of a storm or mute; `version`: as that shows it. It keeps its line there when it has a card, too. */
  folded?: { bundle: BundleId; version?: number; hasCard?: true };
  /** It may have a card of its own although its channel has little room by now. */
  isAdmitted?: true;
  lease?: { holder: string; until: number };
}

export interface SaveOptions {
  expectedVersion: number;
  /** Dues to add with the same write. */
  dues?: Dues;
}

export interface FailurePage {
  /** `permalink`: of the card of its episode; `place`: where a page that follows it begins. */
  failures: { failure: Failure; count: number; lastSeenAt: string; permalink?: string; place: string }[];
  next?: string;
}

/** Ids that were looked up by their beginning. */
export interface FoundIds {
  ids: FailureId[];
  /** There was more than is looked through. */
  isMore: boolean;
}

/** How much is open, and how much was seen of late. */
export interface Tally {
  open: Record<Level, number>;
  /** Day (`yyyy-mm-dd`, UTC) → failures, open or resolved, that were last seen on it. */
  days: Record<string, number>;
  /** There were more than are counted in one place of the index. */
  isMore: boolean;
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
   * The first step of taking a failure that has ended away for good: from now on nobody finds it, only its `forget` due stands.
   * True also when that was done before; false when it has not ended at this version, or is not there.
   */
  forget(id: FailureId, options: { version: number }): Promise<boolean>;
  /** What is left of a failure between `forget` and `erase`; `parts` are those that were merged into it. */
  forgotten(id: FailureId): Promise<{ fingerprint: Fingerprint; parts: FailureId[] } | undefined>;
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
  /** What was resolved from `since` on, the newest month first, in each what was seen last; whole months, so some may be older. */
  listResolved(query: { since: Date; until: Date; limit: number; after?: string }): Promise<FailurePage>;
  /**
   * The ids that begin so, of what is open and of what was resolved in those months. Looked up in an index of keys, of each of
   * whose partitions at most `most` are read.
   */
  findIds(start: string, query: { since: Date; until: Date; most: number }): Promise<FoundIds>;
  /**
   * Counted from an index of keys, which may lag behind a moment: of each of its partitions (a quarter of a level, a month)
   * at most `most`.
   */
  tally(query: { since: Date; until: Date; most: number }): Promise<Tally>;
  /**
   * What memory found, for the card. No new version and no timeline entry, but a `show` due (at once). A state write
   * leaves it alone, unless it opens a new episode.
   */
  saveSimilar(id: FailureId, similar: SimilarFailure[]): Promise<void>;
}

export interface FailureMemory {
  /** Upserts under the failure's own point id; safe to repeat. `as`: what is found by its words, when it is part of that one. */
  remember(failure: Failure, as?: Failure): Promise<void>;
  similar(failure: Failure, limit: number): Promise<SimilarFailure[]>;
}

/**
 * Finds past and present failures for words that somebody typed. How (by words, by spelling, by meaning) is the adapter's:
 * it proposes, best first, and what is proposed is read from the table before it is shown.
 */
export interface FailureSearch {
  propose(query: { words: string; component?: string; limit: number }): Promise<FailureId[]>;
}
