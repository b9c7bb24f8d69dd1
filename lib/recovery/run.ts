import { z } from 'zod';
import { Actor, FailureId, RunId } from '../failure/failure.ts';
import { ComponentName } from '../signal/signal.ts';
import { limits, text } from './text-limits.ts';

const Time = z.iso.datetime();

/** The closed list of recoveries that a runner knows. */
export const Strategy = z.enum(['rollback-and-retry']);
export type Strategy = z.infer<typeof Strategy>;

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

/** What the runner would change, found without touching anything. */
export const RunPlan = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  checkpoint: text(limits.checkpoint),
  /** The first of the paths; `total` counts all. */
  paths: z
    .array(z.object({ path: text(limits.path), change: z.enum(['restore', 'delete', 'recreate']) }))
    .max(limits.paths),
  total: z.int().min(0),
});
export type RunPlan = z.infer<typeof RunPlan>;

const always = {
  schema: z.literal(1),
  id: RunId,
  failureId: FailureId,
  version: z.int().min(1),
  episode: z.int().min(1),
  strategy: Strategy,
  component: ComponentName,
  runner: z.string(),
  workTree: z.string(),
  requestedBy: Actor,
  requestedAt: Time,
  steps: z.array(RunStep).default([]),
  lastAction: z.object({ id: z.string(), by: Actor, at: Time }),
};
const started = { plan: RunPlan, nonce: z.string(), startedAt: Time, heartbeatAt: Time };
const ended = { plan: RunPlan.optional(), startedAt: Time.optional(), endedAt: Time, reason: z.string() };

/** One execution of a strategy on a runner. */
export const RecoveryRun = z.discriminatedUnion('state', [
  /** Saved, and offered to the runner, which answers `ready` with its plan and has touched nothing. */
  z.object({ ...always, state: z.literal('requested'), offeredAt: Time.optional() }),
  /** `go` was decided; the runner works. */
  z.object({ ...always, ...started, state: z.literal('running') }),
  z.object({
    ...always,
    ...started,
    state: z.literal('succeeded'),
    endedAt: Time,
    reason: z.string(),
    /** Git refs where everything that was on disk before is kept. */
    refs: z.array(z.string()),
  }),
  z.object({ ...always, ...ended, state: z.literal('failed'), refs: z.array(z.string()) }),
  /** Three heartbeats missed. The same run may go on, on the same runner; a new one needs a person. */
  z.object({ ...always, ...started, state: z.literal('lost'), endedAt: Time, reason: z.string() }),
  z.object({ ...always, ...ended, state: z.literal('cancelled') }),
  /** The runner did not answer in time, or its answer came too late to be used. */
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
/** Whoever creates a run takes the failure's hold within this, or never: longer than any function may run. */
export const holdGraceMs = 2 * 60_000;
