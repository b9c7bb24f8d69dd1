import { z } from 'zod';
import { Actor, FailureId, RunId } from '../failure/ids.ts';
import { ComponentName, Level } from '../signal/signal.ts';
import { limits, text } from './text-limits.ts';

const Time = z.iso.datetime();

/** The closed list of what a runner can carry out: strategies and tools. What each is like is in strategies.ts. */
export const Strategy = z.enum([
  'rollback-and-retry',
  'undo',
  'workaround',
  'diagnose',
  'clean',
  'shutdown',
  'restart',
]);
export type Strategy = z.infer<typeof Strategy>;

/** What exactly was asked for. Names only: what they do stands in the host's own runner.yml. */
export const RunOrder = z.object({
  /** Rollback: to this checkpoint instead of the newest. */
  checkpoint: text(limits.checkpoint).optional(),
  /** Undo: the run that is undone. */
  undoes: RunId.optional(),
  /** Workaround: an action of the host's runner.yml. */
  action: z.string().max(64).optional(),
  /** Shutdown and restart: the components, in the order in which they are started. */
  components: z.array(ComponentName).max(limits.components).optional(),
});
export type RunOrder = z.infer<typeof RunOrder>;

/** One step as the runner reported it; `sequence` orders the steps, whatever order they arrived in. */
export const RunStep = z.object({
  sequence: z.int().min(1),
  name: text(limits.stepName),
  state: z.enum(['started', 'done', 'failed']),
  at: Time,
  /** One plain line: "Saved everything under refs/kintsugi/…". */
  detail: text(limits.detail).optional(),
  outputTail: text(limits.outputTail).optional(),
  durationMs: z.int().min(0).optional(),
});
export type RunStep = z.infer<typeof RunStep>;

/** What the runner would do, found without touching anything. */
export const RunPlan = z.object({
  /** Of everything that the plan is about: a plan with another hash is another plan. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** One plain line: "Back to checkpoint working: 3 paths". */
  summary: text(limits.detail),
  /** The first of the paths, items, services or commands that it is about; `total` counts all. */
  items: z
    .array(
      z.object({
        what: text(limits.path),
        change: z.enum(['restore', 'delete', 'recreate', 'run', 'stop', 'start', 'move', 'remove', 'check', 'keep']),
      }),
    )
    .max(limits.paths),
  total: z.int().min(0),
  /** What prints all of them, on the host. */
  listWith: text(limits.path).optional(),
});
export type RunPlan = z.infer<typeof RunPlan>;

/** What a tool found, or what was where before and after: shown as a table. */
export const RunTable = z.object({
  columns: z.array(text(limits.cell)).min(1).max(limits.columns),
  rows: z.array(z.array(text(limits.cell)).max(limits.columns)).max(limits.rows),
});
export type RunTable = z.infer<typeof RunTable>;

/** What the failed work had changed: kept under a ref, and not in the tree any more. */
export const FailedChange = z.object({
  ref: text(limits.ref),
  /** What it was rolled back to: the difference between the two is the whole change. */
  from: text(limits.ref).optional(),
  files: z.int().min(0),
  linesAdded: z.int().min(0),
  linesRemoved: z.int().min(0),
  /** The first few. */
  paths: z.array(text(limits.path)).max(limits.changedPaths),
});
export type FailedChange = z.infer<typeof FailedChange>;

/** One person's yes to one plan. */
export const Approval = z.object({ by: Actor, at: Time, planHash: z.string() });
export type Approval = z.infer<typeof Approval>;

const always = {
  schema: z.literal(1),
  id: RunId,
  failureId: FailureId,
  version: z.int().min(1),
  episode: z.int().min(1),
  strategy: Strategy,
  order: RunOrder.default({}),
  /** Shows the plan and changes nothing; nobody need approve it. */
  dryRun: z.boolean().default(false),
  component: ComponentName,
  runner: z.string(),
  workTree: z.string().optional(),
  /** The gravest level that its failure had when it was asked for. */
  level: Level.optional(),
  /** A Slack user, or `system:protocol` for what the system proposed: then nobody asked for it. */
  requestedBy: Actor,
  requestedAt: Time,
  /** When it was last offered to its runner, which may wait for a word since. */
  offeredAt: Time.optional(),
  /** How many different people must approve it; who asked does not count. */
  approvalsNeeded: z.int().min(0).max(2).default(0),
  /** So many people but who asked could approve it when it was asked for; absent where nobody knew. */
  othersWhoMay: z.int().min(0).optional(),
  /** Yes to the plan as it stands; a changed plan voids them. */
  approvals: z.array(Approval).max(2).default([]),
  /** The runner's number of the report that brought the plan: a `ready` with a lower one comes late. */
  planSequence: z.int().min(1).optional(),
  /** How often the plan changed since the first one. */
  planChanges: z.int().min(0).optional(),
  steps: z.array(RunStep).default([]),
  lastAction: z.object({ id: z.string(), by: Actor, at: Time }),
};
const started = { plan: RunPlan, nonce: z.string(), startedAt: Time, heartbeatAt: Time };
const ended = {
  plan: RunPlan.optional(),
  startedAt: Time.optional(),
  endedAt: Time,
  reason: z.string(),
};

const outcome = {
  endedAt: Time,
  reason: z.string(),
  /** Git refs where everything that was on disk before is kept. */
  refs: z.array(z.string()),
  table: RunTable.optional(),
  failedChange: FailedChange.optional(),
  /** The run can be undone: the moment before it is kept under a ref. */
  canUndo: z.boolean().default(false),
  /** It was released, and its runner ended it before anything was begun. */
  untouched: z.literal(true).optional(),
  /** It did what it was to do; whether the component works now was not checked. */
  unverified: z.literal(true).optional(),
};

/** One execution of a strategy or tool on a runner. */
export const RecoveryRun = z.discriminatedUnion('state', [
  /** Saved, and offered to the runner, which answers `ready` with its plan and has touched nothing. */
  z.object({ ...always, state: z.literal('requested') }),
  /** The runner is ready, nothing is touched, and people decide. */
  z.object({
    ...always,
    state: z.literal('awaiting-approval'),
    plan: RunPlan,
    nonce: z.string(),
    readyAt: Time,
    expiresAt: Time,
  }),
  /** `go` was decided; the runner works. */
  z.object({ ...always, ...started, state: z.literal('running') }),
  z.object({
    ...always,
    ...started,
    ...outcome,
    state: z.literal('succeeded'),
  }),
  z.object({ ...always, ...ended, ...outcome, state: z.literal('failed') }),
  /** Three heartbeats missed. The same run may go on, on the same runner; a new one needs a person. */
  z.object({ ...always, ...started, state: z.literal('lost'), endedAt: Time, reason: z.string() }),
  /** By whom: a person, or the system because it must not begin any more. */
  z.object({ ...always, ...ended, state: z.literal('cancelled'), cancelledBy: Actor.optional() }),
  /** An approver said no. */
  z.object({ ...always, ...ended, state: z.literal('declined'), declinedBy: Actor }),
  /** The runner did not answer in time, its answer came too late to be used, or nobody approved in time. */
  z.object({ ...always, ...ended, state: z.literal('expired') }),
]);
export type RecoveryRun = z.infer<typeof RecoveryRun>;
export type RunState = RecoveryRun['state'];

/** The runner sends a heartbeat this often while it works; three missed make the run `lost`. */
export const heartbeatMs = 10_000;
/** An offer without an answer expires after this. */
export const offerTtlMs = 5 * 60_000;
/** `go` is good for this long. */
export const goTtlMs = 60_000;
/** While the runner has not answered it, an offer is sent again after this. */
export const offerAgainMs = 60_000;
/** Until the runner gives a sign of life, `go` is sent again after this, always with the same nonce … */
export const goAgainMs = 20_000;
/** … and after this it is given up: the run is `lost`. */
export const goPatienceMs = 3 * 60_000;
/** Three heartbeats missed. */
export const silenceMs = 3 * heartbeatMs;
/** A plan that keeps changing under the runner's hands is given up after so many changes. */
export const mostPlanChanges = 3;
/** Whoever creates a run takes the failure's hold within this, or never: longer than any function may run. */
export const holdGraceMs = 2 * 60_000;
