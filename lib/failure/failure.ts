import { z } from 'zod';
import { AttemptedFix, ComponentName, Level, Signal, SystemState } from '../signal/signal.ts';

/** `F-` and six random Crockford characters (no I, L, O, U): short enough to say aloud. */
export const FailureId = z
  .string()
  .regex(/^F-[0-9A-HJKMNP-TV-Z]{6}$/)
  .brand<'FailureId'>();
export type FailureId = z.infer<typeof FailureId>;

/** What made two signals the same failure: `<algorithm>#<hash>`. */
export const Fingerprint = z
  .string()
  .regex(/^v\d+#[0-9a-f]{16,64}$/)
  .brand<'Fingerprint'>();
export type Fingerprint = z.infer<typeof Fingerprint>;

export const RunId = z
  .string()
  .regex(/^R-[0-9A-HJKMNP-TV-Z]{10}$/)
  .brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** Who did something: a Slack user (`U…`, `W…`), or a part of Kintsugi itself (`system:protocol`, `system:sweep`, `runner:<name>`). */
export const Actor = z.string().min(1).max(80);
export type Actor = z.infer<typeof Actor>;

export function isPerson(by: Actor): boolean {
  return /^[UW][A-Z0-9]{2,30}$/.test(by);
}

const Time = z.iso.datetime();

/** The report as far as signals know it; the first signal of an episode fills it. What people write of it is kept beside it. */
export const FailureReport = z.object({
  impact: z.string().optional(),
  whatHappened: z.string(),
  error: Signal.shape.error,
  environment: z.string().optional(),
  customerImpacting: z.boolean().optional(),
  attemptedFixes: z.array(AttemptedFix).default([]),
  state: SystemState.optional(),
  workItem: Signal.shape.workItem,
  git: Signal.shape.git,
  labels: Signal.shape.labels,
  links: Signal.shape.links,
  reportedBy: z.string().optional(),
  durationMs: Signal.shape.durationMs,
  timeLimitMs: Signal.shape.timeLimitMs,
  /** The one producer whose signals opened this episode, as the transport knows it. */
  source: z.string().max(128).optional(),
  /** What a person says mended it, in a line. */
  fixedBy: z.string().max(200).optional(),
  /** The newest version of what people wrote; its text is kept beside the failure. */
  written: z.int().min(1).optional(),
});
export type FailureReport = z.infer<typeof FailureReport>;

/** A past failure that memory finds like this one, with what was tried and how often it worked. */
export const SimilarFailure = z.object({
  failureId: FailureId,
  title: z.string(),
  component: z.string(),
  level: Level,
  status: z.enum(['open', 'resolved']),
  lastSeenAt: Time,
  /** What ended it, in words ("Rollback & retry", "resolved by hand"); absent while open. */
  fixedBy: z.string().optional(),
  /** What that was, in the words of whoever did it by hand. */
  fix: z.string().optional(),
  outcomes: z.array(z.object({ strategy: z.string(), worked: z.int(), tried: z.int() })),
});
export type SimilarFailure = z.infer<typeof SimilarFailure>;

/** Where an episode's card stands in Slack. */
export const CardPlace = z.object({ channel: z.string(), ts: z.string(), permalink: z.string().optional() });
export type CardPlace = z.infer<typeof CardPlace>;

export const Outcome = z.object({ strategy: z.string(), worked: z.int().min(0), tried: z.int().min(0) });
export type Outcome = z.infer<typeof Outcome>;

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

/** One entry of the timeline: what happened, who did it, when. Entry n is what made version n. */
export const TimelineEntry = z.object({
  version: z.int().min(1),
  at: Time,
  by: Actor,
  kind: z.enum([
    'opened',
    'reported',
    'recurred',
    'level-raised',
    'regraded',
    'acknowledged',
    'recovery-requested',
    'recovery-succeeded',
    'recovery-failed',
    'recovery-ended',
    'workaround',
    'workaround-removed',
    'decomposed',
    'report-edited',
    'responded',
    'resolved',
    'reopened',
    'merged',
    'merged-in',
    'split',
    'split-off',
  ]),
  /** One line in plain words, unescaped; the adapter that shows it escapes it. */
  text: z.string(),
  /** What belongs to that line as a list: a runbook, what a shutdown stops. */
  list: z.array(z.string().max(400)).max(60).optional(),
  /** It is read by who looks for it, and no message of its own. */
  isQuiet: z.literal(true).optional(),
  /** Who is called by it. */
  mention: Actor.optional(),
  runId: RunId.optional(),
  before: z.record(z.string(), z.unknown()).optional(),
  after: z.record(z.string(), z.unknown()).optional(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** A temporary way around it: debt, with a date on which it is to be gone. */
export const Workaround = z.object({
  text: z.string().min(1).max(1000),
  /** What was the plan before. */
  original: z.string().max(1000).optional(),
  /** The action of the host's runner.yml that applied it; without one it was only recorded. */
  action: z.string().max(64).optional(),
  runId: RunId.optional(),
  by: Actor,
  at: Time,
  owner: Actor.optional(),
  removeBy: Time,
  /** How often its end was put off; the third time needs an approver. */
  renewals: z.int().min(0).default(0),
  /** The technical-debt item that asks for its removal. */
  workItemId: z.string(),
});
export type Workaround = z.infer<typeof Workaround>;

/** What was done because of its level in this episode, so that each is done and said once. */
export const ResponseRecord = z.object({
  episode: z.int().min(1),
  /** The gates that are shut because of it: `<scope> <holder>`. */
  gates: z.array(z.string()).max(500).default([]),
  /** Its item in the work queue, and where that was put. */
  fix: z.object({ id: z.string(), order: z.enum(['backlog', 'head', 'urgent', 'closed']) }).optional(),
  /** What can be worked on meanwhile: the next item whose gate is open. */
  next: z.object({ id: z.string(), title: z.string(), component: z.string() }).optional(),
  /** What happens once an episode, and the runs whose follow-up item exists. */
  done: z.array(z.string().max(60)).max(200).default([]),
});
export type ResponseRecord = z.infer<typeof ResponseRecord>;

/** A message in Slack, or the first of its thread, that somebody reported as this failure. */
export const ReportedIn = z.object({ channel: z.string(), ts: z.string(), episode: z.int().min(1) });
export type ReportedIn = z.infer<typeof ReportedIn>;

/** As many others can be merged into one failure, and be kept apart from it. */
export const mostAbsorbed = 20;

/** A failure that turned out to be this one: what its groups count is counted here. */
export const Absorbed = z.object({
  failureId: FailureId,
  title: z.string(),
  /** Its own group, and those of what had been merged into it before. */
  groups: z
    .array(z.object({ failureId: FailureId, fingerprint: Fingerprint }))
    .min(1)
    .max(50),
  by: Actor,
  at: Time,
});
export type Absorbed = z.infer<typeof Absorbed>;

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
  /** What was tried on this failure over all episodes: "rolled back 1 of 1". */
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
