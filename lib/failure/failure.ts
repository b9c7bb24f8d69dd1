import { z } from 'zod';
import { ComponentName, Level } from '../signal/signal.ts';
import { Absorbed, mostAbsorbed } from './absorbed.ts';
import { FailureReport } from './failure-report.ts';
import { Actor, FailureId, Fingerprint, RunId } from './ids.ts';
import { ResponseRecord } from './response-record.ts';
import { Outcome, SimilarFailure } from './similar-failure.ts';
import { TimelineEntry } from './timeline-entry.ts';
import { Workaround } from './workaround.ts';

const Time = z.iso.datetime();

/** Where an episode's card stands in Slack. */
export const CardPlace = z.object({ channel: z.string(), ts: z.string(), permalink: z.string().optional() });
export type CardPlace = z.infer<typeof CardPlace>;

const PastEpisode = z.object({
  episode: z.int().min(1),
  openedAt: Time,
  resolvedAt: Time,
  resolvedBy: Actor,
  how: z.enum(['recovery', 'person']),
  /** Its level when it ended: the old card keeps saying it. */
  level: Level,
  runId: RunId.optional(),
});
export type PastEpisode = z.infer<typeof PastEpisode>;

/** A message in Slack, or the first of its thread, that somebody reported as this failure. */
export const ReportedIn = z.object({ channel: z.string(), ts: z.string(), episode: z.int().min(1) });
export type ReportedIn = z.infer<typeof ReportedIn>;

const always = {
  schema: z.literal(1),
  id: FailureId,
  version: z.int().min(1),
  episode: z.int().min(1),
  component: ComponentName,
  /** Nothing is broken as far as anybody knows: it shuts no gate and leaves nothing to fix. Whoever re-grades it says otherwise. */
  kind: z.literal('check-up').optional(),
  fingerprint: Fingerprint,
  title: z.string(),
  level: Level,
  /** When it was last given another level in this episode; absent while it has the one it opened with. */
  levelAt: Time.optional(),
  /** Whose signal that was, when it was one source's. */
  levelSource: z.string().max(128).optional(),
  /** Why this level, in words, strongest first. */
  levelReasons: z.array(z.string()),
  claimedLevel: Level.optional(),
  /** A person said what it is; `evidence` is the level that signals had given it by then: only worse evidence raises it again. */
  regraded: z.object({ by: Actor, at: Time, evidence: Level, reason: z.string() }).optional(),
  /** The worst level of this episode that a person has lowered since: a recovery needs as many approvals as at that. */
  worstLevel: Level.optional(),
  workaround: Workaround.optional(),
  /** The last one of this episode that was taken away: one that goes and comes again does not begin anew. */
  earlierWorkaround: Workaround.pick({ by: true, owner: true, removeBy: true, renewals: true }).optional(),
  response: ResponseRecord.optional(),
  /** Their threads are told where it is handled. */
  reportedIn: z.array(ReportedIn).max(20).optional(),
  /** What was merged into this one, oldest first. */
  absorbed: z.array(Absorbed).max(mostAbsorbed).optional(),
  /** A person said that these are something else: they are never taken for one again by the system. The newest of them are kept. */
  apartFrom: z.array(FailureId).max(mostAbsorbed).optional(),
  firstOpenedAt: Time,
  /** When this episode opened. */
  openedAt: Time,
  report: FailureReport,
  similar: z.array(SimilarFailure).default([]),
  /** What was tried on this failure over all episodes, and how often it worked. */
  outcomes: z.array(Outcome).default([]),
  /** Earlier episodes, newest first, at most five. */
  pastEpisodes: z.array(PastEpisode).default([]),
  /** Idempotency of the last state write: a refused write whose stored lastAction is mine was my own success. */
  lastAction: z.object({ id: z.string(), by: Actor, at: Time }),
  /** The newest timeline entry, held here until it is written beside the failure, so that none is lost. */
  latestEntry: TimelineEntry,
};

/** The level that decides how a recovery is approved: nobody makes it easier by calling the failure less bad. */
export function gravestLevel({ level, worstLevel = level }: Pick<Failure, 'level' | 'worstLevel'>): Level {
  return worstLevel > level ? worstLevel : level;
}

const taken = { acknowledgedBy: Actor, acknowledgedAt: Time };

/** Who or what ended it; `runId` is the run that did. */
const Resolution = z.object({
  resolvedBy: Actor,
  resolvedAt: Time,
  how: z.enum(['recovery', 'person']),
  runId: RunId.optional(),
});

/** How a failure stood before it was merged into another: a split brings it back. */
const BeforeMerge = z.discriminatedUnion('status', [
  z.object({ status: z.literal('open') }),
  z.object({ ...taken, status: z.literal('acknowledged') }),
  z.object({
    acknowledgedBy: Actor.optional(),
    acknowledgedAt: Time.optional(),
    ...Resolution.shape,
    status: z.literal('resolved'),
  }),
]);

/** A failure is state only: its count is the sum of its groups, its cards and dues are kept beside it. */
export const Failure = z.discriminatedUnion('status', [
  z.object({ ...always, status: z.literal('open') }),
  z.object({ ...always, ...taken, status: z.literal('acknowledged') }),
  /** One active run a failure: this is the hold. */
  z.object({
    ...always,
    acknowledgedBy: Actor.optional(),
    acknowledgedAt: Time.optional(),
    status: z.literal('recovering'),
    runId: RunId,
    /** It was resolved, and what resolved it is being undone: unless that succeeds, it stays resolved. */
    resolution: Resolution.optional(),
  }),
  z.object({
    ...always,
    acknowledgedBy: Actor.optional(),
    acknowledgedAt: Time.optional(),
    status: z.literal('resolved'),
    ...Resolution.shape,
  }),
  /** It is another one: its signals count there, and it stands still until it is split off. */
  z.object({
    ...always,
    status: z.literal('merged'),
    mergedInto: FailureId,
    mergedBy: Actor,
    mergedAt: Time,
    was: BeforeMerge,
  }),
]);
export type Failure = z.infer<typeof Failure>;
export type FailureStatus = Failure['status'];

export type MergedFailure = Extract<Failure, { status: 'merged' }>;

/** Nothing of it is to be done any more: it is mended, or it is another one. */
export function isEnded({ status }: { status: FailureStatus }): boolean {
  return status === 'resolved' || status === 'merged';
}
