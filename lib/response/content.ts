import type {
  Actor,
  Failure,
  FailureId,
  FailureStatus,
  Outcome,
  PastEpisode,
  TimelineEntry,
} from '../failure/failure.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import type { Level } from '../signal/signal.ts';
import type { ResponsePlan } from './protocol.ts';

/** What a message says, without a word of how it looks: the adapter renders it. */
export type Content =
  | { kind: 'card'; card: CardView }
  | { kind: 'past-card'; card: PastCardView }
  | { kind: 'entry'; entry: EntryView }
  | { kind: 'run'; run: RunView };

export interface CardView {
  failureId: FailureId;
  episode: number;
  title: string;
  component: { name: string; title: string };
  level: Level;
  levelReasons: string[];
  claimedLevel?: Level;
  status: FailureStatus;
  openedAt: string;
  acknowledged?: { by: Actor; at: string };
  /** `askedBy`: who asked for the recovery that did it. */
  resolved?: { by: Actor; at: string; how: 'recovery' | 'person'; askedBy?: Actor };
  report: Failure['report'];
  similar: Failure['similar'];
  outcomes: Outcome[];
  /** The episode before this one, and where its card is. */
  previous?: PastEpisode & { permalink?: string };
  plan: Pick<ResponsePlan, 'buttons' | 'owner' | 'withoutRecovery'>;
  /** Who is called by this very message; only its first post calls. */
  mention?: string;
  counts: Counts;
}

export interface Counts {
  count: number;
  firstSeenAt: string;
  lastSeenAt: string;
}

/** The card of an episode that is over, after the next one opened: its final state and the way on. */
export interface PastCardView {
  failureId: FailureId;
  episode: number;
  title: string;
  component: { name: string; title: string };
  /** Absent when it is too long ago to be remembered. */
  past?: PastEpisode;
  askedBy?: Actor;
  nextPermalink?: string;
}

export interface EntryView {
  failureId: FailureId;
  entry: TimelineEntry;
  /** A level that was raised calls the owner again: an edited card rings nobody. */
  mention?: string;
}

export interface RunView {
  run: RecoveryRun;
  componentTitle: string;
}
