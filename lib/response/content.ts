import type { Failure, FailureStatus, PastEpisode } from '../failure/failure.ts';
import type { Actor, FailureId, RunId } from '../failure/ids.ts';
import type { Outcome } from '../failure/similar-failure.ts';
import type { TimelineEntry } from '../failure/timeline-entry.ts';
import type { Workaround } from '../failure/workaround.ts';
import type { BundleView } from '../noise/bundle-view.ts';
import type { Cause } from '../pattern/cause.ts';
import type { Mention } from '../policy/policy.ts';
import type { RecoveryRun, RunState } from '../recovery/run.ts';
import type { Level } from '../signal/signal.ts';
import type { ResponsePlan } from './protocol.ts';

/** What a message says, without a word of how it looks: the adapter renders it. */
export type Content =
  | { kind: 'card'; card: CardView }
  | { kind: 'past-card'; card: PastCardView }
  | { kind: 'entry'; entry: EntryView }
  | { kind: 'run'; run: RunView }
  | { kind: 'approval'; approval: ApprovalView }
  | { kind: 'alert'; alert: AlertView }
  | { kind: 'bundle'; bundle: BundleView };

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
  /** The failure that it is part of, and where that one's card is. */
  merged?: { into: FailureId; permalink?: string; by: Actor; at: string };
  /** What is part of it. */
  absorbed: { failureId: FailureId; title: string }[];
  report: Failure['report'];
  /** The known pattern of its end, if it is one. */
  cause?: Exclude<Cause, 'other'>;
  similar: Failure['similar'];
  outcomes: Outcome[];
  /** The episode before this one, where its card is, and what was tried before this one. */
  previous?: PastEpisode & { permalink?: string; outcomes: Outcome[] };
  /** The recovery that holds it. */
  run?: { strategy: string; state: RunState; missing: number; expiresAt?: string };
  workaround?: Pick<Workaround, 'text' | 'removeBy' | 'by' | 'owner' | 'mayBeGone'>;
  /** What an emergency shutdown stopped, as long as nothing has started it again. */
  stopped?: { components: string[]; wayBack: 'restart' | 'reopen-first' | 'by-hand' };
  /** The gates that are shut because of it. */
  gates?: string[];
  /** A person said how bad it is; `evidence` is the level that its signals had given it. */
  regraded?: NonNullable<Failure['regraded']>;
  plan: Pick<ResponsePlan, 'buttons' | 'hasMore' | 'confirms' | 'owner' | 'withoutRecovery'>;
  /** Who is called by this very message; only its first post calls. */
  mention?: Mention[];
  /** Who was called for it before, as the board names them: an edit says so still. */
  called?: string[];
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
  mention?: Mention[];
}

export interface RunView {
  run: RecoveryRun;
  componentTitle: string;
  /** Its episode is over: nothing on it can be pressed any more. */
  isOver: boolean;
  /** The moment before it is kept, and nothing has happened since that hinders going back there. */
  canUndo: boolean;
  /** The run that undoes it. */
  undoneBy?: RunId;
}

/** What is asked, of whom, and what they said: one message a run, edited to its end. */
export interface ApprovalView {
  run: RecoveryRun;
  componentTitle: string;
  failureTitle: string;
  level: Level;
  /** It was worse before: that decides how many must approve. */
  worstLevel?: Level;
  isOver: boolean;
  /** Who may say yes, as policy names them; nobody named: every full member but who asked. */
  mayApprove: Mention[];
  mention?: Mention[];
}

/** Tells another channel that there is a failure, and where its card is. */
export interface AlertView {
  failureId: FailureId;
  title: string;
  componentTitle: string;
  level: Level;
  status: FailureStatus;
  permalink?: string;
  mention?: Mention[];
}
